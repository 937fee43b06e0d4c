-- Section, figure and table numbers, and references to them, as Quarto writes them; on paper for both engines.

-- The web pages that Quarto makes it numbers itself.
if quarto and FORMAT:match("html") then return {} end

local NBSP = "\u{a0}"
local TITLES = { fig = "Figure", tbl = "Table", sec = "Section" }
local PAPER = not FORMAT:match("html")
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
  header.content:insert(1, PAPER and pandoc.Str(NBSP) or pandoc.Space())
  header.content:insert(1, pandoc.Span({ pandoc.Str(number) }, { class = "header-section-number" }))
  if PAPER then header.classes:insert("unnumbered") end -- or Quarto would have it numbered once more
  return header
end

local function next_number(label)
  local kind = label:sub(1, 3)
  counts[kind] = counts[kind] + 1
  numbers[label] = tostring(counts[kind])
  return TITLES[kind] .. NBSP .. numbers[label]
end

local function raw(html) return pandoc.RawBlock("html", html) end

-- Word counts by itself: the number is a field of its own sequence.
local function counted_by_word(label)
  local kind, number = TITLES[label:sub(1, 3)], numbers[label]
  local field = '<w:fldSimple w:instr=" SEQ %s \\* ARABIC "><w:r><w:t>%s</w:t></w:r></w:fldSimple>'
  return pandoc.Inlines({ pandoc.Str(kind .. NBSP), pandoc.RawInline("openxml", field:format(kind, number)), pandoc.Str(":"), pandoc.Space() })
end

-- A float that holds a short table or one picture stays on one page with its caption.
local function whole(div)
  local count = 0
  div:walk({ RawInline = function(inline)
    if inline.text:match("^#box%(image") or inline.text:match("^#pdf.artifact") then count = count + 1 end
  end, RawBlock = function(block)
    if block.text:match("^#block%(breakable") then count = count + 1 end
  end })
  return count == 1 and ", whole: true" or ""
end

local function typst_float(div, kind, caption)
  local side = kind == "fig" and "bottom" or "top"
  local blocks = pandoc.Blocks({
    pandoc.RawBlock("typst", "#house-float(" .. (kind == "fig" and "image" or "table") .. ", " .. side .. whole(div) .. ", ["),
    pandoc.Plain(caption), pandoc.RawBlock("typst", "])["),
  })
  blocks:extend(div.content)
  blocks:insert(pandoc.RawBlock("typst", "] <" .. div.identifier .. ">"))
  return blocks
end

-- The parts of a long picture may stand on several pages; the last stays with its caption.
local function pictures(div)
  local parts = pandoc.List({})
  div:walk({ Image = function(image) parts:insert(image) end })
  local blocks = pandoc.Blocks({})
  local beside = pandoc.RawInline("openxml", "") -- a picture alone in its paragraph Quarto would frame as a figure
  for i, image in ipairs(parts) do
    local style = i == #parts and "Captioned Figure" or "Picture Part"
    blocks:insert(pandoc.Div({ pandoc.Para({ image, beside }) }, { ["custom-style"] = style }))
  end
  return #parts > 0 and blocks or pandoc.Blocks(div.content)
end

local function word_float(div, kind, caption)
  local style = kind == "fig" and "Image Caption" or "Table Caption"
  local said = pandoc.Para({ pandoc.Span(caption, { id = div.identifier }) })
  local line = pandoc.Div({ said }, { ["custom-style"] = style })
  local blocks = pandoc.Blocks(div.content)
  if kind == "fig" then
    blocks = pictures(div)
    blocks:insert(line)
  else
    blocks:insert(1, line)
  end
  return blocks
end

local function paper_float(div)
  local kind = div.identifier:sub(1, 3)
  local label = next_number(div.identifier)
  local caption = div.content:remove(1).content[1].content
  if FORMAT == "typst" then
    return typst_float(div, kind, pandoc.Inlines({ pandoc.Str(label .. ":"), pandoc.Space() }) .. caption)
  end
  return word_float(div, kind, counted_by_word(div.identifier) .. caption)
end

local function float(div)
  if PAPER then return paper_float(div) end
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

-- Quarto hands a labelled cell over with its caption at the end, or in an attribute.
local function from_quarto(div)
  local kind, last = div.identifier:match("^(%a+)%-"), div.content[#div.content]
  if not quarto or not (kind == "fig" or kind == "tbl") then return nil end
  local given = div.attributes["fig-cap"] or div.attributes["tbl-cap"]
  local said = given and pandoc.read(given, "markdown").blocks[1] or last
  if not given then div.content:remove(#div.content) end
  div.content:insert(1, pandoc.Div({ said }, { class = "float-caption" }))
  div.classes = pandoc.List({ "float", "float-" .. kind })
  div.attributes = {}
  return div
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
      local labelled = div.classes:includes("float") and div or from_quarto(div)
      if labelled then return float(labelled), false end
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

-- In typst a div would be a block of its own, with the space of one; in Word Quarto looks at the divs of its cells.
local function unwrapped(div)
  if PAPER and div.identifier == "" and not div.attributes["custom-style"] then return div.content end
end

local function is_group(row, columns)
  local cell = #row.cells == 1 and columns > 1 and row.cells[1]
  local first = cell and cell.contents[1]
  return first and first.content and #first.content == 1 and first.content[1].t == "Strong"
end

-- In typst the name of a group is a head of the rows below it, which pandoc has no word for: it stays with them, and a
-- reader is told so.
local function with_group_heads(tbl)
  local found = false
  for _, body in ipairs(tbl.bodies) do
    for _, row in ipairs(body.body) do found = found or is_group(row, #tbl.colspecs) end
  end
  if FORMAT ~= "typst" or not found then return nil end
  local lines = pandoc.write(pandoc.Pandoc({ tbl }), "typst", pandoc.WriterOptions({ wrap_text = "wrap-none" }))
  local group = "\n( *)(table%.cell%([^\n]-colspan: %d+%)%[#strong%[[^\n]*%]%]),(%f[\n])"
  return pandoc.RawBlock("typst", (lines:gsub(group, "\n%1table.header(level: 2, repeat: false, %2),%3")))
end

local function at_edge(block, first)
  if not block or block.t == "Table" then return block ~= nil end
  return block.t == "Div" and at_edge(block.content[first and 1 or #block.content], first)
end

-- Word would make one table of two with nothing between.
local function parted(blocks)
  if FORMAT ~= "docx" then return blocks end
  local apart = pandoc.Blocks({})
  for i, block in ipairs(blocks) do
    if i > 1 and at_edge(blocks[i - 1], false) and at_edge(block, true) then
      apart:insert(pandoc.Para({ pandoc.Str(NBSP) }))
    end
    apart:insert(block)
  end
  return apart
end

local function highest_level(doc)
  local highest = 6
  doc:walk({ Header = function(header) highest = math.min(highest, header.level) end })
  return highest
end

function Pandoc(doc)
  local asked = pandoc.utils.stringify(doc.meta["house-number-sections"] or "") == "true"
  numbering = asked or (quarto and (doc.meta["section-numbering"] ~= nil or PANDOC_WRITER_OPTIONS.number_sections))
  depth = tonumber(pandoc.utils.stringify(doc.meta["house-number-depth"] or "6"))
  top = highest_level(doc)
  local made = number_blocks(doc):walk({ Cite = resolve, Link = page_link, Div = unwrapped })
  made = made:walk({ Table = with_group_heads })
  made.blocks = parted(made.blocks)
  return made
end
