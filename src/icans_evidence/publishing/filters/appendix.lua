-- The list of references closes the page under its own heading, unless the page gave it a place.

-- The markers let the engine lift the list out of the last section.

function Pandoc(doc)
  local last = doc.blocks[#doc.blocks]
  local placed = pandoc.utils.stringify(doc.meta["house-references-placed"] or "") == "true"
  if placed or not last or last.t ~= "Div" or last.identifier ~= "refs" then return nil end
  doc.blocks:insert(#doc.blocks, pandoc.RawBlock("html", "<!--references-->"))
  doc.blocks:insert(pandoc.RawBlock("html", "<!--/references-->"))
  return doc
end
