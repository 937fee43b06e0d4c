-- Paper (typst and Word): HTML made by cells is read again, tables get their widths, images their words; both engines.

if FORMAT:match("html") then return {} end

local text = pandoc.utils.stringify
local TYPST = FORMAT == "typst"
local LINE = TYPST and 112 or 102 -- characters that a line of a table holds
local POCKET = 0.62 -- of them, on a card of A6
local WORD, LONG_WORD = 22, 34 -- the longest word that no column breaks, and where the sheet has room for it
local WHOLE = 34 -- lines of a table that is not broken over pages
local RULED = '(bottom: 0.3pt + rgb("#d5dae0"))'
local wide, pocket = false, false

local function raw(words) return pandoc.RawInline("typst", words) end

local function quoted(words) return '"' .. words:gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("\n", "\\n") .. '"' end

-- A drawing that is in its image's address becomes a file, or the address would be written beside each picture of Word.
local files = 0

local function into_file(img)
  if not img.src:match("^data:") then return end
  local kind, data = pandoc.mediabag.fetch(img.src)
  img.src = "picture-" .. files .. (kind == "image/jpeg" and ".jpg" or ".png")
  files = files + 1
  pandoc.mediabag.insert(img.src, kind, data)
end

-- A logo is three lines high; typst reads no address, so that there the picture goes inside a drawing.
local function logo(img, words)
  if not TYPST then
    into_file(img)
    img.caption, img.attributes = pandoc.Inlines({ pandoc.Str(words) }), { height = pocket and "0.8cm" or "1.1cm" }
    return img
  end
  local _, data = pandoc.mediabag.fetch(img.src)
  local size = pandoc.image.size(data)
  local box = string.format('width="%d" height="%d"', size.width, size.height)
  local svg = '<svg xmlns="http://www.w3.org/2000/svg" ' .. box .. "><image " .. box .. ' href="' .. img.src .. '"/></svg>'
  local call = "image(bytes(" .. quoted(svg) .. '), format: "svg", height: ' .. (pocket and "0.8cm" or "1.1cm") .. ", alt: "
  return raw("#box(baseline: 30%, " .. call .. quoted(words) .. "))")
end

-- An image whose drawing is in its address, as typst takes it; one without words is no more than an ornament.
local function image(img)
  local words = text(img.caption)
  if words == "" then words = img.attributes.alt or "" end
  if img.classes:includes("logo") then return logo(img, words) end
  local width = tonumber((img.attributes.width or ""):match("^[%d.]+$"))
  if not TYPST then
    into_file(img)
    img.caption = pandoc.Inlines({ pandoc.Str(words) })
    img.attributes = width and { width = string.format("%.2fcm", math.min(width, 880) / 880 * (wide and 24.6 or 17.8)) } or {}
    return img
  end
  local drawing = quoted(img.src)
  if not img.src:match("^drawing%-%d+%.svg$") then -- our own engine draws files, which typst reads itself
    local kind, data = pandoc.mediabag.fetch(img.src)
    if kind ~= "image/svg+xml" then return nil end
    drawing = "bytes(" .. quoted(data) .. '), format: "svg"'
  end
  local size = width and width < 880 and string.format("%.2fpt", width * 0.5725) or "100%"
  local call = "image(" .. drawing .. ", width: " .. size
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

-- What each column holds: its longest word and cell in characters, and the squares of its cells' lengths, summed.
local function measured(tbl)
  local columns, rows = {}, {}
  for i = 1, #tbl.colspecs do columns[i] = { least = 3, most = 3, area = 1 } end
  each_row(tbl, function(row, head)
    local place, cells = 1, {}
    for _, cell in ipairs(row.cells) do
      figure_whole(cell)
      local column = columns[place]
      if cell.col_span == 1 and column then
        local all, longest = lengths(cell)
        if head and all <= 10 then longest = all end
        column.least = math.max(column.least, math.min(longest, LONG_WORD) + 2)
        column.most = math.max(column.most, (head and math.min(all, 24) or all) + 2)
        column.area = column.area + all * all
        cells[place] = all
      end
      place = place + cell.col_span
    end
    table.insert(rows, cells)
  end)
  return columns, rows
end

-- The widths that make the rows lowest, if each is as high as the squares of its cells' heights say: by the cube root
-- of a column's area, but no narrower than its longest word and no wider than its longest cell.
local function shared(columns, line)
  local low, high, needed = 0, line, 0
  for _, column in ipairs(columns) do needed = needed + column.least end
  if needed > 0.8 * line then
    for _, column in ipairs(columns) do column.least = math.min(column.least, WORD + 2) end
  end
  local function width(column, scale)
    return math.max(column.least, math.min(column.most, scale * column.area ^ (1 / 3)))
  end
  local function total(scale)
    local sum = 0
    for _, column in ipairs(columns) do sum = sum + width(column, scale) end
    return sum
  end
  for _ = 1, 30 do
    local middle = (low + high) / 2
    if total(middle) > line then high = middle else low = middle end
  end
  for _, column in ipairs(columns) do column.width = width(column, low) end
  return math.max(line, total(low))
end

-- Sets the widths of the columns; returns how many lines the table then takes, about.
local function set_widths(tbl)
  local line = LINE * (wide and 1.5 or pocket and POCKET or 1)
  local columns, rows = measured(tbl)
  local whole = shared(columns, line)
  for i, spec in ipairs(tbl.colspecs) do
    spec[2] = columns[i].width / whole
    if spec[1] == "AlignDefault" then spec[1] = "AlignLeft" end
    tbl.colspecs[i] = spec
  end
  local lines = 0
  for _, cells in ipairs(rows) do
    local most = 1
    for i, all in pairs(cells) do most = math.max(most, math.ceil(all / (columns[i].width - 2))) end
    lines = lines + most
  end
  return lines
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

-- The name of a group at the head of a body is a row like the names of later groups.
local function one_body(tbl)
  for _, body in ipairs(tbl.bodies) do
    if #body.head > 0 then body.body, body.head = body.head .. body.body, {} end
  end
end

-- In typst a table that leaves part of the line free fills a block of its width, so that all its rules are as long.
local function in_its_width(tbl)
  local whole = 0
  for _, spec in ipairs(tbl.colspecs) do whole = whole + spec[2] end
  if not TYPST or whole > 0.98 then return pandoc.Blocks({ tbl }) end
  for i, spec in ipairs(tbl.colspecs) do tbl.colspecs[i] = { spec[1], spec[2] / whole } end
  local opening = string.format("#block(width: %.2f%%)[", 100 * whole)
  return pandoc.Blocks({ pandoc.RawBlock("typst", opening), tbl, pandoc.RawBlock("typst", "]") })
end

local function table_on_paper(tbl)
  local notes = foot_of(tbl)
  one_body(tbl)
  narrowed(tbl)
  local lines = set_widths(tbl)
  each_row(tbl, function(row, head)
    row.attr.classes = {}
    named(row)
    for _, cell in ipairs(row.cells) do
      if has(cell, "^number$") or has(cell, "^gt_right$") then cell.alignment = "AlignRight" end
      local group = has(cell, "^gt_group_heading$")
      if group and TYPST then strong(cell) end
      if cell.alignment == "AlignDefault" and head then cell.alignment = "AlignLeft" end
      if not TYPST then
        for i, block in ipairs(cell.contents) do
          if block.t == "Plain" then cell.contents[i] = pandoc.Para(block.content) end
        end
        cell.contents = pandoc.Blocks({ pandoc.Div(cell.contents, { ["custom-style"] = (head or group) and "Table Head" or "Table Text" }) })
      end
      cell.attr = pandoc.Attr()
    end
  end)
  local ruled, short = tbl.classes:includes("listing"), lines <= WHOLE
  tbl.attr = pandoc.Attr(tbl.identifier, { "typst:no-figure" }, ruled and { ["typst:stroke"] = RULED } or {})
  local blocks = in_its_width(tbl)
  if TYPST and short then
    blocks:insert(1, pandoc.RawBlock("typst", "#block(breakable: false)["))
  end
  if #notes > 0 then blocks:insert(pandoc.Div(notes, { class = "source" })) end
  if TYPST and short then blocks:insert(pandoc.RawBlock("typst", "]")) end
  return blocks
end

-- A paragraph that stays on the page of what it leads to.
local function kept(block, name)
  if not TYPST then return pandoc.Div({ pandoc.Para(block.content) }, { ["custom-style"] = "Kept Text" }) end
  local inlines = pandoc.Inlines({ raw("#house-" .. (name or "kept") .. "[") }) .. block.content
  inlines:insert(raw("]"))
  return pandoc.Plain(inlines)
end

local function is_text(block) return block ~= nil and (block.t == "Para" or block.t == "Plain") end

-- A case of a quiz stays with its question, the description of a term with the term.
local function whole_items(list)
  list.content = list.content:map(function(item)
    if #item > 1 and is_text(item[1]) then item[1] = kept(item[1], "question") end
    return item
  end)
  return list
end

local LED_TO = { CodeBlock = true, Table = true, BulletList = true, OrderedList = true, DefinitionList = true }

local function leads(before, block, after)
  if not is_text(block) or after == nil then return false end
  local float = after.t == "Div" and after.identifier:match("^%a%a%a?%-") or after.t == "RawBlock"
  local words = #block.content < 4 and text(block.content) or text(block.content[#block.content])
  if words:match(":$") then return LED_TO[after.t] or float end
  if before and before.t == "Header" then return after.t ~= "Para" and after.t ~= "Header" end
  return #block.content == 1 and block.content[1].t == "Strong"
end

-- What is printed stays below the command that prints it.
local function with_output(block, after)
  if not TYPST or block.t ~= "CodeBlock" or not after or after.t ~= "CodeBlock" then return { block } end
  return { pandoc.RawBlock("typst", "#house-command["), block, pandoc.RawBlock("typst", "]") }
end

local function with_leads(blocks)
  local out = pandoc.Blocks({})
  for i, block in ipairs(blocks) do
    if leads(blocks[i - 1], block, blocks[i + 1]) then out:insert(kept(block))
    else out:extend(with_output(block, blocks[i + 1])) end
  end
  return out
end

local function with_leads_inside(div)
  if div.identifier ~= "" then return nil end
  div.content = with_leads(div.content)
  return div
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
  doc = doc:walk({ Span = unbroken, OrderedList = whole_items, Div = with_leads_inside }):walk({ Table = table_on_paper, Image = image })
  doc.blocks = with_leads(doc.blocks)
  local page = text(doc.meta["house-page"] or "")
  if page == "" then page = quarto.doc.input_file end
  local web = page:gsub("^.*/", ""):gsub("%.qmd$", ".html")
  return doc:walk({ Link = link_to_web(names_in(doc), web) })
end
