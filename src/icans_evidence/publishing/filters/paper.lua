-- Paper (typst and Word): HTML made by cells is read again, tables get their widths, images their words; both engines.

if FORMAT:match("html") then return {} end

local text = pandoc.utils.stringify
local TYPST = FORMAT == "typst"
local LINE = TYPST and 112 or 102 -- characters that a line of a table holds
local POCKET = 0.62 -- of them, on a card of A6
local WHOLE = 14 -- rows of a table that is not broken over pages
local RULED = '(bottom: 0.3pt + rgb("#d5dae0"))'
local wide, pocket = false, false

local function raw(words) return pandoc.RawInline("typst", words) end

local function quoted(words) return '"' .. words:gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("\n", "\\n") .. '"' end

-- An image whose drawing is in its address, as typst takes it; one without words is no more than an ornament.
local function image(img)
  local words = text(img.caption)
  if words == "" then words = img.attributes.alt or "" end
  local width = tonumber((img.attributes.width or ""):match("^[%d.]+$"))
  if not TYPST then
    img.caption = pandoc.Inlines({ pandoc.Str(words) })
    img.attributes = width and { width = string.format("%.2fcm", math.min(width, 880) / 880 * (wide and 24.6 or 17.4)) } or {}
    return img
  end
  local kind, data = pandoc.mediabag.fetch(img.src)
  if kind ~= "image/svg+xml" then return nil end
  local size = width and width < 880 and string.format("%.2fpt", width * 0.5725) or "100%"
  local call = "image(bytes(" .. quoted(data) .. '), format: "svg", width: ' .. size
  if words == "" then return raw("#pdf.artifact(box(" .. call .. ")))") end
  return raw("#box(" .. call .. ", alt: " .. quoted(words) .. "))")
end

local function has(cell, pattern)
  for _, name in ipairs(cell.attr.classes) do
    if name:match(pattern) then return true end
  end
end

local function lengths(cell)
  local words, longest = text(cell.contents), 0
  for word in words:gmatch("%S+") do longest = math.max(longest, utf8.len(word) or #word) end
  return utf8.len(words) or #words, longest
end

local function each_row(tbl, visit)
  for _, row in ipairs(tbl.head.rows) do visit(row, true) end
  for _, body in ipairs(tbl.bodies) do
    for _, row in ipairs(body.head) do visit(row, true) end
    for _, row in ipairs(body.body) do visit(row, false) end
  end
end

-- A cell that is no more than a figure stays on one line.
local function figure_whole(cell)
  local words = text(cell.contents)
  if #words > 24 or not words:match("^[%d.,]+[%d.,%%/ ()to*–-]*$") then return end
  cell.contents = cell.contents:walk({ Space = function() return pandoc.Str("\u{a0}") end })
end

-- Like a browser: no column narrower than its longest word, the rest shared by what the cells still ask for.
local function set_widths(tbl)
  local most, least, line = {}, {}, LINE * (wide and 1.5 or pocket and POCKET or 1)
  for i = 1, #tbl.colspecs do most[i], least[i] = 3, 3 end
  each_row(tbl, function(row, head)
    local column = 1
    for _, cell in ipairs(row.cells) do
      figure_whole(cell)
      if cell.col_span == 1 and column <= #most then
        local all, longest = lengths(cell)
        most[column] = math.max(most[column], math.min(all, head and 24 or 200) + 2)
        least[column] = math.max(least[column], math.min(longest, 22) + 2)
      end
      column = column + cell.col_span
    end
  end)
  local asked, needed = 0, 0
  for i = 1, #most do
    most[i] = math.max(most[i], least[i])
    asked, needed = asked + most[i], needed + least[i]
  end
  local free = math.max(line - needed, 0)
  for i, spec in ipairs(tbl.colspecs) do
    local share = least[i]
    if asked <= line then share = most[i]
    elseif asked > needed then share = least[i] + free * (most[i] - least[i]) / (asked - needed) end
    spec[2] = share / math.max(line, needed)
    if spec[1] == "AlignDefault" then spec[1] = "AlignLeft" end
    tbl.colspecs[i] = spec
  end
end

local function strong(cell)
  for _, block in ipairs(cell.contents) do
    if block.content then block.content = pandoc.Inlines({ pandoc.Strong(block.content) }) end
  end
end

-- A row's name becomes a target in its first cell.
local function named(row)
  local cell = row.cells[1]
  if row.identifier == "" or not cell then return end
  local first = cell.contents[1]
  if first and first.content then
    first.content = pandoc.Inlines({ pandoc.Span(first.content, { id = row.identifier }) })
  end
  row.identifier = ""
end

local LEFT_TO_THE_WEB = { ["Signed by"] = true, ["Used in"] = true } -- columns for searching, too much for a sheet's width

local function narrowed(tbl)
  local head, dropped = tbl.head.rows[1], {}
  for i, cell in ipairs(head and head.cells or {}) do
    if LEFT_TO_THE_WEB[text(cell.contents)] then table.insert(dropped, 1, i) end
  end
  if #dropped == 0 then return end
  each_row(tbl, function(row)
    for _, i in ipairs(dropped) do row.cells:remove(i) end
  end)
  for _, i in ipairs(dropped) do tbl.colspecs:remove(i) end
end

local function foot_of(tbl)
  local notes = pandoc.Blocks({})
  for _, row in ipairs(tbl.foot.rows) do
    for _, cell in ipairs(row.cells) do notes:extend(cell.contents) end
  end
  tbl.foot = pandoc.TableFoot({})
  return notes
end

local function table_on_paper(tbl)
  local notes = foot_of(tbl)
  narrowed(tbl)
  set_widths(tbl)
  local rows = 0
  each_row(tbl, function(row, head)
    rows = rows + 1
    row.attr.classes = {}
    named(row)
    for _, cell in ipairs(row.cells) do
      if has(cell, "^number$") or has(cell, "^gt_right$") then cell.alignment = "AlignRight" end
      if has(cell, "^gt_group_heading$") then strong(cell) end
      if cell.alignment == "AlignDefault" and head then cell.alignment = "AlignLeft" end
      if not TYPST then
        for i, block in ipairs(cell.contents) do
          if block.t == "Plain" then cell.contents[i] = pandoc.Para(block.content) end
        end
        cell.contents = pandoc.Blocks({ pandoc.Div(cell.contents, { ["custom-style"] = head and "Table Head" or "Table Text" }) })
      end
      cell.attr = pandoc.Attr()
    end
  end)
  local ruled, short = tbl.classes:includes("listing"), rows <= WHOLE
  tbl.attr = pandoc.Attr(tbl.identifier, {}, ruled and { ["typst:stroke"] = RULED } or {})
  local blocks = pandoc.Blocks({ tbl })
  if TYPST and short then
    blocks:insert(1, pandoc.RawBlock("typst", "#block(breakable: false)["))
    blocks:insert(pandoc.RawBlock("typst", "]"))
  end
  if #notes > 0 then blocks:insert(pandoc.Div(notes, { class = "source" })) end
  return blocks
end

local function unbroken(span)
  if not span.classes:includes("nowrap") then return nil end
  span.classes = {}
  return span:walk({ Space = function() return pandoc.Str("\u{a0}") end })
end

local function read_again(block)
  if block.format ~= "html" then return nil end
  if block.text:match("^%s*</?details") then return {} end
  local blocks = pandoc.read(block.text, "html").blocks
  if block.text:match('^%s*<ul class="key"') then
    if not TYPST then blocks = blocks[1].content:map(function(item) return pandoc.Para(item[1].content) end) end
    return pandoc.Div(blocks, { class = "key" })
  end
  return blocks
end

local function read_inline(inline)
  if inline.format ~= "html" then return nil end
  return pandoc.utils.blocks_to_inlines(pandoc.read(inline.text, "html").blocks)
end

-- Every name on the page that a link can lead to.
local function names_in(doc)
  local names = {}
  local function note(element)
    if element.identifier ~= "" then names[element.identifier] = true end
  end
  doc:walk({ Header = note, Div = note, Span = note, Code = note, Table = note })
  return names
end

-- What stands only on the web page is linked there.
local function link_to_web(names, page)
  return function(link)
    local anchor, sheet, place = link.target:match("^#(.+)$"), link.target:match("^([^:#?]+)%.qmd(#?.*)$")
    if sheet then
      link.target = sheet .. ".html" .. place
      return link
    end
    if anchor and not names[anchor] then
      link.target = page .. link.target
      return link
    end
  end
end

function Pandoc(doc)
  wide = doc.meta.landscape ~= nil
  pocket = doc.meta.papersize ~= nil and pandoc.utils.stringify(doc.meta.papersize) == "a6"
  doc = doc:walk({ RawBlock = read_again, RawInline = read_inline })
  doc = doc:walk({ Span = unbroken }):walk({ Table = table_on_paper, Image = image })
  local page = text(doc.meta["house-page"] or "")
  if page == "" then page = quarto.doc.input_file end
  local web = page:gsub("^.*/", ""):gsub("%.qmd$", ".html")
  return doc:walk({ Link = link_to_web(names_in(doc), web) })
end
