-- Section, figure and table numbers, and references to them, as Quarto writes them.

local NBSP = "\u{a0}"
local TITLES = { fig = "Figure", tbl = "Table", sec = "Section" }
local counts, numbers = { fig = 0, tbl = 0 }, {}
local section = { 0, 0, 0, 0, 0, 0 }
local numbering, depth, top = false, 6, 2

local function section_number(level)
  local words = pandoc.List({})
  for i = (top == 1) and 1 or 2, level do words:insert(tostring(section[i])) end
  return table.concat(words, ".")
end

local function number_heading(header)
  if header.classes:includes("unnumbered") then return nil end
  section[header.level] = section[header.level] + 1
  for level = header.level + 1, 6 do section[level] = 0 end
  local number = section_number(header.level)
  if header.identifier:match("^sec%-") then numbers[header.identifier] = number end
  if not numbering or header.level > depth then return nil end
  header.attributes.number = number
  header.content:insert(1, pandoc.Space())
  header.content:insert(1, pandoc.Span({ pandoc.Str(number) }, { class = "header-section-number" }))
  return header
end

local function next_number(label)
  local kind = label:sub(1, 3)
  counts[kind] = counts[kind] + 1
  numbers[label] = tostring(counts[kind])
  return TITLES[kind] .. NBSP .. numbers[label]
end

local function raw(html) return pandoc.RawBlock("html", html) end

local function float(div)
  local kind = div.identifier:sub(1, 3)
  local label = next_number(div.identifier)
  local caption = div.content:remove(1).content
  local first = caption[1]
  first.content:insert(1, pandoc.Space())
  first.content:insert(1, pandoc.Str(label .. ":"))
  local id, side = div.identifier .. "-caption", kind == "fig" and "bottom" or "top"
  local class = "quarto-float-caption-" .. side .. " quarto-float-caption quarto-float-" .. kind
  local head = pandoc.Blocks({
    raw('<figcaption class="' .. class .. '" id="' .. id .. '">'), pandoc.Plain(first.content), raw("</figcaption>"),
  })
  local foot = pandoc.Blocks({})
  if side == "bottom" then head, foot = foot, head end
  local classes = div.classes:filter(function(name) return not name:match("^float") end)
  classes:insert(1, "quarto-float")
  local blocks = pandoc.Blocks({ raw('<figure class="quarto-float quarto-float-' .. kind .. '">') })
  blocks:extend(head)
  blocks:insert(pandoc.Div(div.content, pandoc.Attr("", {}, { ["aria-describedby"] = id })))
  blocks:extend(foot)
  blocks:insert(raw("</figure>"))
  return pandoc.Div(blocks, pandoc.Attr(div.identifier, classes))
end

-- A Markdown table whose caption ends in {#tbl-x}.
local function labelled_table(tbl)
  local long = tbl.caption.long
  local last = long[#long]
  if not last or not last.content then return nil end
  local text = pandoc.utils.stringify(last)
  local label = tbl.identifier ~= "" and tbl.identifier or text:match("{#(tbl%-[^}%s]+)[^}]*}%s*$")
  if not label or not label:match("^tbl%-") then return nil end
  while #last.content > 0 and pandoc.utils.stringify(last.content):match("{#tbl") do
    last.content:remove(#last.content)
  end
  while #last.content > 0 and last.content[#last.content].t == "Space" do last.content:remove(#last.content) end
  tbl.identifier = ""
  local caption = pandoc.Div({ pandoc.Plain(last.content) }, { class = "float-caption" })
  tbl.caption.long = pandoc.Blocks({})
  return float(pandoc.Div({ caption, tbl }, pandoc.Attr(label, { "float", "float-tbl" })))
end

local function number_blocks(doc)
  return doc:walk({
    traverse = "topdown",
    Header = number_heading,
    Table = function(tbl)
      local numbered = labelled_table(tbl)
      if numbered then return numbered, false end
    end,
    Div = function(div)
      if div.classes:includes("float") then return float(div), false end
    end,
  })
end

local function reference(citation)
  local label = citation.id:sub(1, 1):lower() .. citation.id:sub(2)
  local title = TITLES[label:match("^(%a+)%-")]
  if not title or not numbers[label] then return nil end
  local text = pandoc.Inlines({})
  if #citation.prefix > 0 then
    text:extend(citation.prefix)
    text:insert(pandoc.Str(NBSP))
  elseif citation.mode ~= "SuppressAuthor" then
    text:insert(pandoc.Str(title .. NBSP))
  end
  text:insert(pandoc.Span({ pandoc.Str(numbers[label]) }))
  return pandoc.Link(text, "#" .. label, "", { class = "quarto-xref" })
end

local function resolve(cite)
  local links = pandoc.Inlines({})
  for i, citation in ipairs(cite.citations) do
    local link = reference(citation)
    if link then
      if #links > 0 then links:extend({ pandoc.Str(","), pandoc.Space() }) end
      links:insert(link)
    end
  end
  if #links > 0 then return links end
end

local function page_link(link)
  local page, anchor = link.target:match("^([^:#?]+)%.qmd(#?.*)$")
  if page then
    link.target = page .. ".html" .. anchor
    return link
  end
end

local function highest_level(doc)
  local highest = 6
  doc:walk({ Header = function(header) highest = math.min(highest, header.level) end })
  return highest
end

function Pandoc(doc)
  numbering = pandoc.utils.stringify(doc.meta["house-number-sections"] or "") == "true"
  depth = tonumber(pandoc.utils.stringify(doc.meta["house-number-depth"] or "6"))
  top = highest_level(doc)
  return number_blocks(doc):walk({ Cite = resolve, Link = page_link })
end
