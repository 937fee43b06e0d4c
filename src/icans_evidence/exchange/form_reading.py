"""A filled workbook, or a folder of exported CSV files, read into rows of the tables.

A sheet is taken by its name and a column by its header; whatever is not wholly visible to a person is refused.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from icans_evidence.evidence.kinds import ADDED
from icans_evidence.evidence.vocabulary import Vocabulary
from icans_evidence.exchange.example_rows import EXAMPLE, is_example
from icans_evidence.exchange.form_columns import Asked, asked, names_of_rows
from icans_evidence.exchange.incoming_rows import Faults, Incoming, Row
from icans_evidence.exchange.workbook_cells import Refused, text_of
from icans_evidence.files.csv_text import lacking, read_texts
from icans_evidence.files.faults import allowed, nearest, shown
from icans_evidence.files.formula_guard import original
from icans_evidence.files.sheet import Sheet, address, position, read_sheet
from icans_evidence.files.workbook import Named, Workbook, read_workbook
from icans_evidence.files.zip_limits import Container

HOW_TO, COLUMNS, LISTS = "How to", "Columns", "Lists"
ASIDE = (HOW_TO, COLUMNS, LISTS)
"""Sheets of our own that hold no rows."""
_TABLE_FILES = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".xlsm", ".ods")
"""Files that may hold rows: in a folder of CSV files none of them is passed over without a word."""


def read_incoming(path: Path, vocabulary: Vocabulary, faults: Faults) -> Incoming:
    """The rows that `path` brings; faults of sheets, headers and cells are told, and those rows then left out."""
    return (_read_folder if path.is_dir() else _read_workbook)(path, vocabulary, faults)


def _read_workbook(path: Path, vocabulary: Vocabulary, faults: Faults) -> Incoming:
    incoming = Incoming(path.name, {})
    with Container(path) as container:
        workbook = read_workbook(container)
        for number, named in enumerate(workbook.sheets):
            sheet = read_sheet(container, workbook, named.name, named.part) if named.part else Sheet(named.name)
            if named.name in ASIDE and not named.hidden:
                if like := _like_a_table(sheet, vocabulary):
                    text = f"holds rows as of {like}, and a sheet of this name is not read; name it {like}"
                    faults.whole((number, 0, 0), named.name, text)
                continue
            table = _table_of(named, workbook, number, vocabulary, faults)
            if table is not None:
                _SheetRows(sheet, table, workbook, number, vocabulary, faults).read_into(incoming)
            elif sheet.cells and not named.hidden:
                aside = (
                    "" if nearest(named.name, vocabulary.tables) else "; delete the sheet if it holds notes of your own"
                )
                faults.whole(
                    (number, 0, 0), named.name, f"is no table; {allowed(named.name, vocabulary.tables)}{aside}"
                )
    if not faults.found and not incoming.tables:
        raise container.refuse(f"holds no sheet of a table; {allowed('', vocabulary.tables, 'tables')}")
    return incoming


def _like_a_table(sheet: Sheet, vocabulary: Vocabulary) -> str:
    """The table whose columns stand in some row of a sheet, three of them at least and those that name a row."""
    rows: dict[int, set[str]] = {}
    for (row, _), cell in sheet.cells.items():
        rows.setdefault(row, set()).add(cell.text.strip())
    alike = {
        table: max(
            (len(cells & names) for cells in rows.values() if set(names_of_rows(vocabulary, table)) <= cells), default=0
        )
        for table in vocabulary.tables
        for names in [{column.name for column in asked(vocabulary, table)}]
    }
    table = max(alike, key=lambda name: alike[name])
    return table if alike[table] > 2 else ""


def _table_of(named: Named, workbook: Workbook, number: int, vocabulary: Vocabulary, faults: Faults) -> str | None:
    """The table that a sheet is for, None for none; hidden sheets, doubles and other kinds of sheet are told."""
    if named.hidden:
        faults.whole((number, 0, 0), named.name, "the sheet is hidden; show it (Unhide) or delete it")
        return None
    if not named.part:
        faults.whole((number, 0, 0), named.name, "is a chart or a dialog, no sheet of cells; delete it")
        return None
    table = named.name.strip().casefold()
    same = [other.name for other in workbook.sheets if other.name.strip().casefold() == table]
    if table in vocabulary.tables and len(same) > 1:
        faults.whole(
            (number, 0, 0), named.name, f"the table stands here {len(same)} times ({', '.join(same)}); keep one"
        )
        return None
    return named.name if named.name in vocabulary.tables else None


class _SheetRows:
    """The rows of one sheet: its header matched with the table's columns, then every row as texts."""

    def __init__(
        self, sheet: Sheet, table: str, workbook: Workbook, number: int, vocabulary: Vocabulary, faults: Faults
    ) -> None:
        self.vocabulary = vocabulary
        self.sheet, self.table, self.workbook, self.number, self.faults = sheet, table, workbook, number, faults
        self.columns: dict[int, Asked] = {}
        self.names = [column.name for column in asked(vocabulary, table)]
        self.letters: dict[str, str] = {}
        self.lacks: list[str] = []

    def read_into(self, incoming: Incoming) -> None:
        """Add the rows of the sheet; none of them when the sheet as a whole is at fault."""
        before = len(self.faults.found)
        self._look()
        if self.sheet.cells:
            self._match_header()
        if len(self.faults.found) > before:
            self.faults.incomplete = True
            return
        rows: dict[int, dict[int, str]] = {}
        for row, column in sorted(self.sheet.cells):
            if row > 1:
                rows.setdefault(row, {})[column] = ""
        incoming.tables[self.table] = []
        for row, filled in rows.items():
            self._take(row, list(filled), incoming)

    def _fault(self, row: int, column: int, text: str, name: str = "") -> None:
        self.faults.at((self.number, row, column), f"{self._place(row, column)} {name}".strip(), text)

    def _place(self, row: int, column: int) -> str:
        return f"{self.table}!{address(row, column)}"

    def _look(self) -> None:
        """Tell what is merged or hidden."""
        for span in self.sheet.merged:
            row, column = position(span.split(":")[0]) or (0, 1)
            place = f"{self.table}!{span}"
            self.faults.at((self.number, row, column), place, "the cells are merged; unmerge them and fill each")
        for row in sorted(self.sheet.hidden_rows):
            where = f"{self.table}!{row}:{row}"
            self.faults.at((self.number, row, 0), where, "the row is hidden; show it, or delete it")
        filled = {column for _, column in self.sheet.cells}
        for first, last in self.sheet.hidden_columns if filled else ():
            for column in sorted(filled & set(range(first, min(last, max(filled)) + 1))):
                self._fault(1, column, "the column is hidden; show it (Unhide)")

    def _match_header(self) -> None:
        names = {column.name: column for column in asked(self.vocabulary, self.table)}
        header = {column: cell for (row, column), cell in sorted(self.sheet.cells.items()) if row == 1}
        found = {column: cell.text for column, cell in header.items() if cell.kind == "text"}
        if not set(found.values()) & set(names):
            at = next((row for (row, _), cell in sorted(self.sheet.cells.items()) if cell.text in names), 0)
            moved = f"; they stand in row {at}: delete the rows above it" if at > 1 else ""
            return self._fault(1, 1, f"the first row must name the columns: {', '.join(names)}{moved}")
        twice = {name for name, count in Counter(found.values()).items() if count > 1}
        for column, cell in header.items():
            name = found.get(column)
            if name is None or name not in names:
                spare = [n for n in names if n not in found.values()]
                said = allowed(cell.text, spare, "missing") if spare else "delete it"
                self._fault(1, column, f"no column {shown(cell.text)} belongs here; {said}")
            elif name in twice:
                self._fault(1, column, f"the column {name} stands here more than once; keep one")
            else:
                self.columns[column] = names[name]
                self.letters[name] = address(1, column)[:-1]
        self.lacks = [name for name in ADDED if name not in found.values()]
        absent = [name for name in names if name not in found.values() and name not in ADDED]
        if absent:
            self.faults.at((self.number, 1, 0), self.table, f"columns are missing: {', '.join(absent)}")
        return None

    def _take(self, row: int, filled: list[int], incoming: Incoming) -> None:
        taken = Row(
            row, f"{self.table}!{row}:{row}", dict.fromkeys(self.names, ""), self.table, self.letters, self.lacks
        )
        if self._is_example(row):
            self._read_cells(row, filled, taken, Faults())
            return self._pass_over(row, taken, incoming)
        self._read_cells(row, filled, taken, self.faults)
        incoming.tables[self.table].append(taken)
        return None

    def _read_cells(self, row: int, filled: list[int], taken: Row, faults: Faults) -> None:
        for column in filled:
            cell, wanted = self.sheet.cells[row, column], self.columns.get(column)
            order, place = (self.number, row, column), self._place(row, column)
            if wanted is None:
                faults.at(order, place, f"{shown(cell.text)} stands under no column name; delete it")
                continue
            taken.texts[wanted.name] = cell.text.replace("\n", " ").replace("\r", " ")
            try:
                taken.texts[wanted.name] = text_of(cell, wanted, self.workbook)
            except Refused as fault:
                faults.at(order, f"{place} {wanted.name}", str(fault))

    def _is_example(self, row: int) -> bool:
        """Whether the row's name says that it is the example."""
        key = names_of_rows(self.vocabulary, self.table)[0]
        column = next(number for number, wanted in self.columns.items() if wanted.name == key)
        cell = self.sheet.cells.get((row, column))
        return cell is not None and cell.text.strip().casefold() == EXAMPLE.casefold()

    def _pass_over(self, row: int, taken: Row, incoming: Incoming) -> None:
        """The example is never imported; one that was written over is told, so that no work is lost unseen."""
        key = names_of_rows(self.vocabulary, self.table)[0]
        if is_example(self.vocabulary, self.table, taken.texts):
            incoming.examples.append(self._place(row, 1))
        else:
            column = next(number for number, wanted in self.columns.items() if wanted.name == key)
            said = f"says {EXAMPLE}, but the row was changed; a row to import has a name of its own or none"
            self._fault(row, column, said, key)


def _read_folder(folder: Path, vocabulary: Vocabulary, faults: Faults) -> Incoming:
    """The rows of the CSV files in a folder, with the apostrophes of `harmless` taken off."""
    incoming = Incoming(folder.name, {})
    for number, path in enumerate(sorted(path for path in folder.glob("*.csv") if path.is_file())):
        table = path.stem
        if table not in vocabulary.tables:
            faults.whole((number, 0, 0), path.name, f"is no table; {allowed(table, vocabulary.tables)}")
            continue
        columns = [column.name for column in asked(vocabulary, table)]

        def note(line: int, column: str, text: str, number: int = number, file: str = path.name) -> None:
            faults.whole((number, line, 0), f"{file}:{line} {column}".strip(), text)

        data = path.read_bytes()
        texts = read_texts(data, columns, note, ADDED)
        if texts is not None:
            lacks = lacking(data, ADDED)
            incoming.tables[table] = [
                Row(
                    row["line"], f"{path.name}:{row['line']}", {n: original(row[n] or "") for n in columns}, lacks=lacks
                )
                for row in texts.iter_rows(named=True)
            ]
    for path in sorted(path for path in folder.iterdir() if path.suffix.lower() in _TABLE_FILES):
        if path.suffix != ".csv":
            faults.whole(
                (0, 0, 0), path.name, "is not read; save it as a CSV file whose name ends in .csv, or remove it"
            )
    if not faults.found and not incoming.tables:
        faults.whole((0, 0, 0), str(folder), "holds no CSV file of a table")
    return incoming
