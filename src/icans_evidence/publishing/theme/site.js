/* What pages gain where scripts run. Without it every text, figure, table and link is there all the same. */
(function () {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");

  const all = (selector, from) => Array.from((from || document).querySelectorAll(selector));

  function make(tag, properties, children) {
    const element = Object.assign(document.createElement(tag), properties || {});
    (children || []).forEach((child) => element.append(child));
    return element;
  }

  /* charts: the static picture stays until the live one is drawn in the same place */
  let bundle = null;

  function loadBundle() {
    bundle = bundle || new Promise((resolve, reject) => {
      const script = make("script", { src: "assets/charts.js", onload: () => resolve(window.icansEmbed), onerror: reject });
      document.head.append(script);
    });
    return bundle;
  }

  async function upgrade(form) {
    if (form.dataset.live) return;
    form.dataset.live = "asked";
    const inner = make("div");
    const live = make("div", { className: "chart-live" }, [inner]);
    form.append(live);
    try {
      const embed = await loadBundle();
      const spec = JSON.parse(form.querySelector("script.chart-spec").textContent);
      await embed(inner, spec, { ast: true, renderer: "svg", actions: false });
      form.style.height = form.getBoundingClientRect().height + "px";
      form.classList.add("upgraded");
      form.dataset.live = "yes";
    } catch (error) {
      live.remove();
      form.dataset.live = "no";
    }
  }

  function chartsSetUp() {
    if (!document.querySelector('link[href*="theme.css"]')) return; // one self-contained file has no bundle beside it
    all(".chart").forEach((chart) => {
      const ask = () => all("[data-form]", chart).filter((form) => form.offsetParent && form.querySelector("script.chart-spec")).forEach(upgrade);
      chart.addEventListener("pointerenter", ask);
      chart.addEventListener("focusin", ask);
    });
  }

  /* tables: sorted by any column, filtered by any text */
  function sortKey(cell) {
    const text = (cell.dataset.sort !== undefined ? cell.dataset.sort : cell.textContent).trim();
    const figure = parseFloat(text.replace(/,/g, ""));
    return /^[<>≤≥~±−-]?\s*\d/.test(text) && !Number.isNaN(figure) ? figure : text.toLowerCase();
  }

  function compare(a, b) {
    if (typeof a === typeof b) return typeof a === "number" ? a - b : a.localeCompare(b, "en", { numeric: true });
    return typeof a === "number" ? -1 : 1;
  }

  function sortBy(table, index, heading, upward) {
    const down = !upward && heading.getAttribute("aria-sort") === "ascending";
    all("th[aria-sort]", table).forEach((other) => other.removeAttribute("aria-sort"));
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    const body = table.tBodies[0];
    const keyed = Array.from(body.rows).map((row, place) => ({ row, place, key: sortKey(row.cells[index]) }));
    keyed.sort((a, b) => (down ? compare(b.key, a.key) : compare(a.key, b.key)) || a.place - b.place);
    body.append(...keyed.map((entry) => entry.row));
  }

  function sortableSetUp(table) {
    const heads = table.tHead ? Array.from(table.tHead.rows[table.tHead.rows.length - 1].cells) : [];
    heads.forEach((heading, index) => {
      const button = make("button", { type: "button", className: "sort" });
      button.append(...Array.from(heading.childNodes));
      button.addEventListener("click", () => sortBy(table, index, heading));
      heading.append(button);
    });
    const body = table.tBodies[0];
    const rows = Array.from(body.rows);
    const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
    const AT_ONCE = 40; // cards that a phone shows before "Show more"
    let limit = window.matchMedia("(max-width: 700px)").matches ? AT_ONCE : Infinity;
    const count = make("output", { textContent: rows.length + " rows" });
    const input = make("input", { type: "search", autocomplete: "off" });
    const filter = () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let found = 0;
      Array.from(body.rows).forEach((row) => {
        const fits = words.every((word) => texts.get(row).includes(word));
        found += fits ? 1 : 0;
        row.hidden = !fits || found > limit;
      });
      count.textContent = words.length ? found + " of " + rows.length + " rows" : rows.length + " rows";
      more.hidden = found <= limit;
      more.textContent = "Show more rows (" + Math.min(limit, found) + " of " + found + " shown)";
    };
    const more = make("button", { type: "button", className: "show-more", hidden: true });
    more.addEventListener("click", () => { limit += 2 * AT_ONCE; filter(); });
    input.addEventListener("input", filter);
    table.addEventListener("show-all", () => { input.value = ""; limit = Infinity; filter(); });
    const scroller = table.closest(".table-scroll") || table;
    scroller.classList.add("long");
    const names = heads.map((heading, index) => make("option", { value: String(index), textContent: heading.textContent }));
    const order = make("select", {}, [make("option", { value: "", textContent: "as listed" }), ...names]);
    order.addEventListener("change", () => {
      if (order.value === "") body.append(...rows);
      else sortBy(table, Number(order.value), heads[Number(order.value)], true);
      filter();
    });
    const sorter = make("label", { className: "sort-by" }, ["Sort by", order]);
    scroller.before(make("div", { className: "filter" }, [make("label", {}, ["Filter rows", input]), sorter, count]));
    scroller.after(more);
    rows.filter((row) => row.id).forEach((row) => row.cells[0].append(reportButton(row, heads)));
    rows.filter((row) => row.cells.length > 5).forEach((row) => row.cells[0].append(moreButton(row)));
    filter();
  }

  /* on a phone a row is a short card; the rest of its cells on demand */
  function moreButton(row) {
    const button = make("button", { type: "button", className: "more", textContent: "More" });
    button.setAttribute("aria-label", "More of " + row.cells[0].firstChild.textContent.trim());
    button.setAttribute("aria-expanded", "false");
    button.addEventListener("click", () => {
      const open = row.classList.toggle("open");
      button.setAttribute("aria-expanded", String(open));
      button.textContent = open ? "Less" : "More";
    });
    return button;
  }

  /* "report a wrong number": the row in words, with the version of the data, ready to be sent */
  function reportButton(row, heads) {
    const button = make("button", { type: "button", className: "copy", textContent: "Copy" });
    button.setAttribute("aria-label", "Copy this row for a report");
    button.addEventListener("click", () => {
      const version = document.querySelector("[data-version]");
      const cells = Array.from(row.cells).map((cell, i) => {
        const words = Array.from(cell.childNodes).filter((node) => node.nodeName !== "BUTTON").map((node) => node.textContent).join("");
        return heads[i].textContent.trim() + ": " + words.trim();
      });
      button.dataset.copy = [document.title, version ? version.dataset.version : "", ...cells, "What is wrong: "].filter(Boolean).join("\n");
    });
    return button;
  }

  /* tabs */
  function tabsetSetUp(tabset) {
    const links = all(".tab-links a", tabset);
    const panes = links.map((link) => document.getElementById(link.hash.slice(1)));
    const choose = (chosen, focus) => links.forEach((link, i) => {
      link.setAttribute("aria-selected", String(i === chosen));
      link.tabIndex = i === chosen ? 0 : -1;
      panes[i].hidden = i !== chosen;
      if (focus && i === chosen) link.focus();
    });
    const list = tabset.querySelector(".tab-links ul");
    list.setAttribute("role", "tablist");
    all("li", list).forEach((item) => item.setAttribute("role", "presentation"));
    links.forEach((link, i) => {
      link.setAttribute("role", "tab");
      link.setAttribute("aria-controls", panes[i].id);
      panes[i].setAttribute("role", "tabpanel");
      panes[i].setAttribute("aria-labelledby", link.id);
      panes[i].addEventListener("reveal", () => choose(i));
      link.addEventListener("click", (event) => { event.preventDefault(); choose(i); });
      link.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        choose((i + step + links.length) % links.length, true);
      });
    });
    choose(0);
  }

  /* tables that scroll are announced by their caption, the title of their box or the heading above them, never by an id */
  function regionsSetUp() {
    const taken = new Map();
    all(".table-scroll[id][role=region]").forEach((region) => {
      const places = [[".quarto-float", "figcaption"], [".callout", ".callout-title"], ["section", "h1, h2, h3, h4"], ["main", "h1"]];
      const said = places.map(([around, words]) => { const box = region.closest(around); return box && box.querySelector(words); }).find(Boolean);
      if (!said) return;
      const seen = Array.from(said.childNodes).filter((node) => !(node.classList && node.classList.contains("screen-reader-only")));
      const words = seen.map((node) => node.textContent).join("").trim().replace(/\s+/g, " ");
      taken.set(words, (taken.get(words) || 0) + 1);
      region.setAttribute("aria-label", taken.get(words) > 1 ? words + ", table " + taken.get(words) : words);
    });
  }

  /* commands: no line ends behind the hyphens of an option or inside its name */
  function codeSetUp(code) {
    const words = code.textContent.split(/(\s+)/);
    code.replaceChildren(...words.map((word) => (
      word.includes("-") && word.length <= 24 ? make("span", { className: "nowrap", textContent: word }) : word
    )));
  }

  /* numbers: a card with study, place, printed figure and verdict */
  const CARD = [["study", "Study"], ["place", "Read in"], ["counted", "Patients in"], ["printed", "Printed"], ["scale", "Scale"], ["verdict", "Its sentence"], ["second", "Second reading"], ["signed", "Signed by"]];
  let card = null;

  function showCard(link) {
    hideCard();
    const lines = CARD.filter(([key]) => link.dataset[key]);
    const said = link.getAttribute("title");
    if (!lines.length && !said) return;
    link.dataset.title = said || "";
    link.removeAttribute("title");
    const list = make("dl", {}, lines.flatMap(([key, name]) => [make("dt", { textContent: name }), make("dd", { textContent: link.dataset[key] })]));
    card = make("div", { className: "number-card", id: "number-card" }, [lines.length ? list : make("p", { textContent: said })]);
    card.setAttribute("role", "tooltip");
    card.link = link;
    document.body.append(card);
    link.setAttribute("aria-describedby", "number-card");
    const box = link.getBoundingClientRect();
    const left = Math.min(box.left, root.clientWidth - card.offsetWidth - 8);
    card.style.left = Math.max(8, left) + window.scrollX + "px";
    const below = box.bottom + card.offsetHeight + 8 < root.clientHeight;
    card.style.top = window.scrollY + (below ? box.bottom + 6 : box.top - card.offsetHeight - 6) + "px";
  }

  function hideCard() {
    if (!card) return;
    if (card.link.dataset.title) card.link.title = card.link.dataset.title;
    card.link.removeAttribute("aria-describedby");
    card.remove();
    card = null;
  }

  function numbersSetUp() {
    const over = (event) => {
      const link = event.target.closest && event.target.closest("a.num");
      if (link) showCard(link);
    };
    document.addEventListener("pointerover", over);
    document.addEventListener("focusin", over);
    document.addEventListener("pointerout", (event) => { if (card && event.target.closest("a.num") === card.link) hideCard(); });
    document.addEventListener("focusout", hideCard);
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") hideCard(); });
  }

  /* copy buttons */
  async function copy(button) {
    const source = button.dataset.copyFrom && document.querySelector(button.dataset.copyFrom);
    const text = source ? source.innerText : button.dataset.copy || "";
    try {
      await navigator.clipboard.writeText(text);
    } catch (error) {
      const area = make("textarea", { value: text });
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    const words = button.dataset.words || (button.dataset.words = button.textContent);
    button.textContent = "Copied";
    window.setTimeout(() => { button.textContent = words; }, 1500);
  }

  /* the place in the page: kept in the address, and opened when an address asks for it */
  function reveal() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let element = target; element; element = element.parentElement) {
      if (element.tagName === "DETAILS") element.open = true;
      if (element.matches(".tab-pane[hidden]")) element.dispatchEvent(new Event("reveal"));
      if (element.tagName === "TABLE" && target.hidden) element.dispatchEvent(new Event("show-all"));
    }
    target.scrollIntoView();
  }

  function placeSetUp() {
    const links = new Map(all("#TOC a").map((link) => [link.hash.slice(1), link]));
    const sections = all("main section[id]").filter((section) => links.has(section.id));
    let current = null;
    const mark = () => {
      const passed = sections.filter((section) => section.getBoundingClientRect().top < window.innerHeight / 3);
      const section = passed[passed.length - 1] || null;
      if (section === current) return;
      if (current) links.get(current.id).removeAttribute("aria-current");
      current = section;
      if (section) links.get(section.id).setAttribute("aria-current", "true");
      try { history.replaceState(null, "", section ? "#" + section.id : location.pathname + location.search); } catch (error) { /* not allowed here: the address stays */ }
    };
    let waiting = 0;
    const later = () => { window.clearTimeout(waiting); waiting = window.setTimeout(mark, 150); };
    document.addEventListener("scroll", later, { passive: true });
    window.addEventListener("hashchange", reveal);
    if (location.hash) reveal();
  }

  /* a picture taller than a page is cut between its rows, into pictures that fit one */
  function sliceForPrint(still) {
    const svg = still.querySelector("svg");
    const box = svg ? svg.getBoundingClientRect() : { height: 0 };
    const whole = svg && svg.viewBox.baseVal;
    if (!box.height || whole.height < 1.25 * whole.width) return; // A4 and Letter hold 1.3 times their width
    const scale = whole.height / box.height;
    const words = all("text", svg).map((text) => {
      const place = text.getBoundingClientRect();
      const below = text.getAttribute("font-weight") === "600" ? 80 : 3; // a head stays with its first row
      return [(place.top - box.top) * scale - 3, (place.bottom - box.top) * scale + below];
    });
    const free = (y) => !words.some(([top, bottom]) => top < y && y < bottom);
    for (let y = 0, room = 0.62 * whole.width; y < whole.height; room = 1.25 * whole.width) {
      let end = Math.min(y + room, whole.height);
      while (end < whole.height && end > y + 100 && !free(end)) end -= 1;
      const part = svg.cloneNode(true);
      part.setAttribute("viewBox", [whole.x, y, whole.width, end - y].join(" "));
      part.setAttribute("height", String(end - y));
      ["role", "aria-labelledby"].forEach((name) => part.removeAttribute(name));
      part.setAttribute("aria-hidden", "true");
      part.style.overflow = "hidden";
      all("[id]", part).forEach((element) => element.removeAttribute("id"));
      still.parentElement.append(make("div", { className: "slice" }, [part]));
      y = end;
    }
    still.classList.add("sliced");
    still.closest(".quarto-float, .cell").classList.add("tall");
  }

  /* print: folded text opened, outside links as numbered notes */
  function printSetUp() {
    const version = document.querySelector("[data-version]");
    const said = version ? version.dataset.version.replace(/["\\<]/g, "") : "";
    const home = document.querySelector("a.home");
    const foot = [home ? home.textContent.trim().replace(/["\\<]/g, "") : "", said].filter(Boolean).join(", ");
    if (said) document.head.append(make("style", { textContent: '@page { @bottom-left { content: "' + foot + '"; font: 8pt Inter, sans-serif; color: #444; } }' }));
    window.addEventListener("beforeprint", () => {
      all("details:not(.chart-data)").forEach((details) => { details.open = true; });
      all(".chart-wide .chart-static:not(.sliced)").forEach(sliceForPrint);
      if (document.querySelector(".print-links")) return;
      const links = all('main a[href^="http"]').filter((link) => !link.closest("#refs") && !link.textContent.includes(link.host));
      if (!links.length) return;
      const notes = make("ol", { className: "print-links" });
      links.forEach((link, i) => {
        link.dataset.note = String(i + 1);
        notes.append(make("li", { textContent: link.href }));
      });
      document.querySelector("main").append(notes);
    });
  }

  function start() {
    chartsSetUp();
    all("table.sortable, .sortable table").forEach(sortableSetUp);
    all(".panel-tabset").filter((tabset) => tabset.querySelector(".tab-links")).forEach(tabsetSetUp);
    regionsSetUp();
    all("main code").filter((code) => !code.children.length && code.textContent.includes("-")).forEach(codeSetUp);
    numbersSetUp();
    document.addEventListener("click", (event) => {
      const button = event.target.closest("button.copy");
      if (button) copy(button);
    });
    placeSetUp();
    printSetUp();
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
