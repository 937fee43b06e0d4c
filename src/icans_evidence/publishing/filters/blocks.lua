-- Callouts, tabsets, house boxes and conditional content, for the web and for paper; both engines run this.

-- The outer element is raw HTML, so that Quarto, which runs this first, does not take it for a box still to be made.

local NAMES = { note = "Note", tip = "Tip", warning = "Warning", important = "Important", caution = "Caution" }
local PAPER = not FORMAT:match("html") and { typst = "typst", docx = "docx" }
local ALARMING = { warning = true, important = true, caution = true }
local callouts, tabsets = 0, 0

local function raw(html) return pandoc.RawBlock("html", html) end

local function framed(attr, blocks)
  local id = attr.identifier ~= "" and ' id="' .. attr.identifier .. '"' or ""
  local framed_blocks = pandoc.Blocks({ raw("<div" .. id .. ' class="' .. table.concat(attr.classes, " ") .. '">') })
  framed_blocks:extend(blocks)
  framed_blocks:insert(raw("</div>"))
  return framed_blocks
end

local function without(classes, pattern)
  return classes:filter(function(name) return not name:match(pattern) end)
end

local function kind_of(div)
  for _, name in ipairs(div.classes) do
    local kind = name:match("^callout%-(%a+)$")
    if NAMES[kind] then return kind end
  end
end

local function read_inlines(markdown)
  local block = pandoc.read(markdown, "markdown").blocks[1]
  return block and block.content or pandoc.Inlines({})
end

local function callout_title(div, kind)
  local given = div.attributes.title
  if given then return read_inlines(given), true end
  local first = div.content[1]
  if first and first.t == "Header" then
    div.content:remove(1)
    return first.content, true
  end
  return pandoc.Inlines({ pandoc.Str(NAMES[kind]) }), false
end

-- On paper a box of typst, or paragraphs in the styles of Word that bear the box's name.
local function boxed(name, blocks, title)
  if FORMAT == "typst" then
    local call = "#house-" .. name:lower():gsub(" ", "-") .. "("
    local out = pandoc.Blocks({ pandoc.RawBlock("typst", call .. (title and "[" or ")[")) })
    if title then out:extend({ pandoc.Plain(title), pandoc.RawBlock("typst", "])[") }) end
    out:extend(blocks)
    out:insert(pandoc.RawBlock("typst", "]"))
    return out
  end
  local out = pandoc.Blocks({})
  if title then out:insert(pandoc.Div({ pandoc.Para(title) }, { ["custom-style"] = name .. " Title" })) end
  out:insert(pandoc.Div(blocks, { ["custom-style"] = name }))
  return out
end

local function callout_on_paper(div, kind)
  local title, own = callout_title(div, kind)
  if own and ALARMING[kind] then title = pandoc.Inlines({ pandoc.Str(NAMES[kind] .. ": ") }) .. title end
  return boxed(ALARMING[kind] and "Warning" or "Callout", div.content, title)
end

local function callout(div, kind)
  callouts = callouts + 1
  if PAPER then return callout_on_paper(div, kind) end
  local title, own = callout_title(div, kind)
  if own then
    title:insert(1, pandoc.Span({ pandoc.Str(NAMES[kind]) }, { class = "screen-reader-only" }))
  end
  local collapse = div.attributes.collapse
  local classes = without(div.classes, "^callout")
  classes:extend({ "callout", "callout-" .. kind })
  if div.attributes.icon == "false" then classes:insert("no-icon") end
  local attr = pandoc.Attr(div.identifier, classes)
  local body = pandoc.Div(div.content, { class = "callout-body" })
  if collapse then
    local open = collapse == "false" and " open" or ""
    return framed(attr, {
      raw("<details" .. open .. '><summary class="callout-title">'), pandoc.Plain(title), raw("</summary>"),
      body, raw("</details>"),
    })
  end
  return framed(attr, { pandoc.Div({ pandoc.Plain(title) }, { class = "callout-title" }), body })
end

local function panes_of(div)
  local level, panes = nil, pandoc.List({})
  for _, block in ipairs(div.content) do
    if block.t == "Header" then level = level or block.level end
    if block.t == "Header" and block.level == level then
      panes:insert({ title = block.content, blocks = pandoc.Blocks({}) })
    elseif #panes > 0 then
      panes[#panes].blocks:insert(block)
    end
  end
  return panes
end

-- One tab after the other, each under its name.
local function unrolled(div)
  for _, block in ipairs(div.content) do
    if block.t == "Header" then block.classes:extend({ "unnumbered", "unlisted" }) end
  end
  return div.content
end

local function tabset(div)
  tabsets = tabsets + 1
  if PAPER then return unrolled(div) end
  local links, bodies = pandoc.List({}), pandoc.Blocks({})
  for i, pane in ipairs(panes_of(div)) do
    local id = "tabset-" .. tabsets .. "-" .. i
    links:insert({ pandoc.Plain({ pandoc.Link(pane.title, "#" .. id, "", { id = id .. "-tab" }) }) })
    local attr = pandoc.Attr(id, { "tab-pane" }, { ["data-title"] = pandoc.utils.stringify(pane.title) })
    bodies:insert(pandoc.Div(pane.blocks, attr))
  end
  local list = pandoc.Div({ pandoc.BulletList(links) }, { class = "tab-links" })
  return framed(div.attr, { list, pandoc.Div(bodies, { class = "tab-content" }) })
end

local FORMATS = { typst = { typst = true, pdf = true }, docx = { docx = true } }

local meta = {}

-- Whether the page's front matter says true at a dotted path such as audience.nurse.
local function said(path)
  local value = meta
  for name in path:gmatch("[^.]+") do
    if type(value) ~= "table" then return false end
    value = value[name]
  end
  return value == true
end

local function shown_here(div)
  local here = FORMATS[FORMAT] or { html = true }
  local wanted, unwanted = div.attributes["when-format"], div.attributes["unless-format"]
  local holds = (not wanted or here[wanted] or false) and not (unwanted and here[unwanted])
  local named, unnamed = div.attributes["when-meta"], div.attributes["unless-meta"]
  holds = holds and (not named or said(named)) and not (unnamed and said(unnamed))
  if div.classes:includes("content-hidden") then holds = not holds end
  return holds and div.content or {}
end

local BOXES = { answer = "Answer", note = "Note", source = "Note", key = "Key" }

local function house_box(div)
  if div.classes:includes("screen-only") then return {} end
  if div.classes:includes("page-break") then
    local breaks = { typst = "#pagebreak(weak: true)", openxml = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>' }
    local format = FORMAT == "typst" and "typst" or "openxml"
    return pandoc.Blocks({ pandoc.RawBlock(format, breaks[format]) }) .. div.content
  end
  for class, name in pairs(BOXES) do
    if div.classes:includes(class) then return boxed(name, div.content) end
  end
end

local function house_div(div)
  if div.classes:includes("content-visible") or div.classes:includes("content-hidden") then
    return shown_here(div)
  end
  if div.classes:includes("panel-tabset") then return tabset(div) end
  local kind = kind_of(div)
  if kind then return callout(div, kind) end
  if PAPER then return house_box(div) end
end

return { { Meta = function(read) meta = read end }, { Div = house_div } }
