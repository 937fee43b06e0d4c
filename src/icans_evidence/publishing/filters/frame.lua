-- What stands around a page's text: links to all pages, the site's title and its footer, read from _quarto.yml.

-- Both engines run this: Quarto says itself where the page stands, the embedded engine says it in metadata.

local text = pandoc.utils.stringify

local function settings(root)
  local file = assert(io.open(root .. "/_quarto.yml"))
  local yaml = file:read("a")
  file:close()
  return pandoc.read("---\n" .. yaml .. "\n---\n", "markdown-smart").meta
end

-- The embedded engine tells a path by its bytes in hexadecimal digits, since metadata are read as Markdown.
local function unhexed(digits)
  return (digits:gsub("%x%x", function(pair) return string.char(tonumber(pair, 16)) end))
end

local function html_name(page)
  return (page:gsub("^.*/", ""):gsub("%.qmd$", ".html"))
end

local function page_links(website, here)
  local links = pandoc.List({})
  for _, entry in ipairs(website.navbar and website.navbar.left or {}) do
    local href = html_name(text(entry.href))
    links:insert({ text = entry.text, href = href, current = href == here or nil })
  end
  return #links > 0 and links or nil
end

-- Version and date of the data, for the foot of each page on paper.
local function stamp(root)
  local file = io.open((os.getenv("ICANS_EVIDENCE_DATA") or root .. "/data") .. "/VERSION")
  if not file then return nil end
  local version, date = file:read("a"):match("(%S+)%s+(%S+)")
  file:close()
  return version and "Data " .. version .. " of " .. date .. "."
end

-- The formats that are made beside this page, told by the build; a page that holds everything leads to no other file.
local WORDS = { pdf = "PDF", docx = "Word" }

local function formats(here)
  local made = pandoc.List({})
  for name in (os.getenv("ICANS_EVIDENCE_FORMATS") or ""):gmatch("%a+") do
    if WORDS[name] then made:insert({ text = WORDS[name], href = here:gsub("%.html$", "." .. name) }) end
  end
  return #made > 0 and made or nil
end

function Meta(meta)
  local root = meta["house-root"] and unhexed(text(meta["house-root"])) or quarto.project.directory
  local here = html_name(meta["house-page"] and text(meta["house-page"]) or quarto.doc.input_file)
  local site = settings(root)
  local website = site.website or {}
  meta["site-title"] = website.title
  local links = page_links(website, here)
  if links then
    meta["site-pages"] = links
    meta["site-home"] = links[1].href
  end
  meta["site-footer"] = website["page-footer"] and website["page-footer"].center
  meta["site-formats"] = formats(here)
  if not FORMAT:match("html") then
    local title = website.title and text(website.title) or ""
    meta["site-stamp"] = stamp(root)
    meta.subject = title .. ". " .. text(meta["site-stamp"] or "")
  end
  return meta
end
