/* The calculator of the grading page. It reads the rules from the JSON beside it and knows no grade, cut-off or dose
   itself; it stores nothing and sends nothing. */
(function () {
  "use strict";
  const place = document.getElementById("calculator");
  const rules = JSON.parse(document.getElementById("calculator-rules").textContent);

  /* words ---------------------------------------------------------------- */
  const capital = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);
  const listing = (words, last) =>
    words.length < 2 ? words.join("") : words.slice(0, -1).join(", ") + " " + (last || "and") + " " + words[words.length - 1];

  /* A number to at most so many decimals, half up on its shortest digits, without trailing zeros: 2000 is "2,000". */
  function number(value, digits) {
    const [mantissa, exponent] = String(value).split("e");
    const [whole, fraction = ""] = mantissa.split(".");
    let shift = fraction.length - Number(exponent || 0) - digits;
    let units = BigInt(whole + fraction);
    for (; shift < 0; shift += 1) units *= 10n;
    if (shift > 0) units = (units * 2n + 10n ** BigInt(shift)) / (2n * 10n ** BigInt(shift));
    const text = String(units).padStart(digits + 1, "0");
    const cut = text.length - digits;
    const decimals = text.slice(cut).replace(/0+$/, "");
    return text.slice(0, cut).replace(/\B(?=(\d{3})+$)/g, ",") + (decimals ? "." + decimals : "");
  }

  /* readings: what one entry says ------------------------------------------ */
  const worst = (domain) => Math.max(...domain.rows.map((row) => row.grade));
  const domainOf = (scale, code) => rules.scales[scale].find((domain) => domain.code === code);
  const isEmpty = (entry) => entry === undefined || entry === null || entry === "";

  /* The number that a text says with no more decimals than its domain has (8.0 is 8), NaN if it says none. */
  function numberIn(domain, entry) {
    const parts = /^(-?)(?:0|[1-9][0-9]*)(?:\.([0-9]+))?$/.exec(entry);
    if (domain.decimals === null || !parts || (parts[1] && Number(entry) === 0)) return NaN;
    const decimals = parts[2] === undefined || (domain.decimals === 0 && parts[2] === "0") ? 0 : parts[2].length;
    return decimals <= domain.decimals ? Number(entry) : NaN;
  }

  const isBetween = (value, low, high) => low <= value && value <= high;
  const rowOf = (domain, entry) =>
    domain.rows.find((row) => row.finding ? row.finding === entry : isBetween(numberIn(domain, entry), row.low, row.high));
  const unread = (domain) =>
    ({ domain: domain.code, low: 0, high: worst(domain), words: "", missing: domain.words, follow: domain.findings_follow });

  /* The reading of a domain, null if the entry is not allowed; ICE may be given by its items. */
  function read(domain, given) {
    if (isEmpty(given)) return unread(domain);
    if (typeof given === "object") return domain.code === rules.items_of ? readItems(domain, scoreIce(given)) : null;
    const row = rowOf(domain, String(given));
    if (!row) return null;
    const words = row.finding ? row.label : [domain.words, Number(given), domain.unit].filter((part) => part !== "").join(" ");
    return { domain: domain.code, low: row.grade, high: row.grade, words, missing: "", isNumber: domain.decimals !== null };
  }

  /* ICE from its items: true passed, false failed, anything else not asked. */
  function scoreIce(items) {
    const points = (chosen) => rules.ice_items.filter(chosen).reduce((sum, row) => sum + row.points, 0);
    const isOpen = (row) => items[row.item] !== true && items[row.item] !== false;
    const minimum = points((row) => items[row.item] === true);
    const unanswered = rules.ice_items.filter(isOpen).map((row) => row.item);
    const maximum = minimum + points(isOpen);
    const words = "ICE " + minimum + (unanswered.length ? " to " + maximum : "");
    const open = unanswered.length ? "; not asked: " + listing(unanswered.map((item) => item.replace(/_/g, " "))) : "";
    return { minimum, maximum, unanswered, words, sentence: words + open + "." };
  }

  function readItems(domain, score) {
    const low = rowOf(domain, String(score.maximum)).grade;
    const high = rowOf(domain, String(score.minimum)).grade;
    if (score.unanswered.length && low === 0 && high === worst(domain)) return unread(domain);
    const range = " in full (" + score.minimum + " to " + score.maximum + " points)";
    return { domain: domain.code, low, high, words: score.words, missing: score.unanswered.length ? domain.words + range : "", isNumber: true };
  }

  /* the sentence -------------------------------------------------------------- */
  const ends = (readings) => [Math.max(...readings.map((one) => one.low)), Math.max(...readings.map((one) => one.high))];
  const deciding = (readings) => readings.filter((one) => one.low === ends(readings)[0] && one.low > 0);

  function notAssessed(readings) {
    const last = readings[readings.length - 1];
    return listing(readings.map((one) => one.missing)) + (last && last.follow ? " findings" : "");
  }

  function sentence(readings, about, zero) {
    if (!readings.some((one) => one.words)) return rules.nothing;
    const [minimum, maximum] = ends(readings);
    const missing = notAssessed(readings.filter((one) => one.missing));
    if (minimum === maximum) {
      const alone = readings.filter((one) => one.isNumber && one.words && one.low === one.high && one.high < minimum);
      return "Grade " + minimum + ": " + (listing(deciding(readings).map((one) => one.words)) || zero || about.zero) + "."
        + alone.map((one) => " " + capital(one.words) + " alone would be grade " + one.low + ".").join("")
        + (missing ? " " + capital(missing) + " not assessed, which cannot change the grade." : "");
    }
    if (minimum === 0) return "No grade yet, 0 to " + maximum + " possible; " + missing + " not assessed.";
    return "At least grade " + minimum + (maximum === about.highest ? "" : ", at most grade " + maximum) + "; " + missing + " not assessed.";
  }

  /* for whom a score is meant ---------------------------------------------------- */
  const instrumentsOf = (by) => rules.instruments.filter((row) => by.scales.includes(row.scale));
  const firstRow = (by, instrument) => instrumentsOf(by).find((row) => row.instrument === instrument);
  const scoreOf = (by, instrument) => domainOf(firstRow(by, instrument).scale, instrument);

  function readAge(given, faults) {
    if (isEmpty(given)) return null;
    const years = new RegExp("^" + rules.age.pattern + "$").test(given) ? Number(given) : NaN;
    if (years <= rules.age.limit) return years;
    faults.push({ field: "age_years", text: rules.age.refused });
    return null;
  }

  const fits = (row, age, delay) =>
    row.age_min_years <= age && (row.age_below_years === null || age < row.age_below_years)
    && (row.developmental_delay === null || row.developmental_delay === delay);

  /* The instrument of a score that was not done: by age, by delay, the only one named, else the first. */
  function expected(by, meant, findings, age, delay) {
    if (age !== null) return meant[meant.length - 1];
    const forDelay = delay ? instrumentsOf(by).find((row) => row.developmental_delay) : undefined;
    if (forDelay) return forDelay;
    const named = by.order.filter((instrument) => instrument in findings);
    return firstRow(by, named.length === 1 ? named[0] : by.order[0]);
  }

  /* The reading of the score, the faults of those given, and the rows meant for this person. */
  function readScore(by, findings, givenAge, delay, faults) {
    const age = readAge(givenAge, faults);
    const meant = age === null ? by.order.map((one) => firstRow(by, one)) : instrumentsOf(by).filter((row) => fits(row, age, delay));
    const given = [];
    by.order.forEach((instrument) => {
      if (isEmpty(findings[instrument])) return;
      const domain = scoreOf(by, instrument), reading = read(domain, findings[instrument]);
      if (!reading) faults.push({ field: instrument, text: domain.refused });
      else if (!meant.some((one) => one.instrument === instrument)) faults.push({ field: instrument, text: firstRow(by, instrument).refused });
      given.push(reading);
    });
    if (given.length > 1) faults.push({ field: by.order[1], text: by.several_scores });
    const reading = given[0] || unread(scoreOf(by, expected(by, meant, findings, age, delay).instrument));
    return { reading, notes: () => instrumentNotes(by, reading, meant, age) };
  }

  function instrumentNotes(by, score, meant, age) {
    const words = (instrument) => scoreOf(by, instrument).words;
    const used = words(score.domain), verb = score.words ? "graded by " : "to be completed by ";
    if (age === null) return ["Age not given: " + verb + used + ", which is for " + firstRow(by, score.domain).groups + "."];
    if (!score.words) return [];
    const others = meant.filter((row) => row.developmental_delay && row.instrument !== score.domain);
    return others.map((row) => "With developmental delay " + words(row.instrument) + " may fit better than " + used + ".");
  }

  function carried(by, readings, findings, minimum) {
    return rules.cautions.filter((row) => {
      if (!by.scales.includes(row.scale) || !readings.some((one) => one.domain === row.domain)) return false;
      const entry = findings[row.domain];
      const within = !isEmpty(entry) && isBetween(numberIn(domainOf(row.scale, row.domain), String(entry)), row.score_min, row.score_max);
      const alone = rowOf(domainOf(row.scale, row.with_domain), row.with_finding).grade;
      return within && findings[row.with_domain] === row.with_finding && (!row.alone || minimum === alone);
    }).map((row) => row.text);
  }

  /* what closes a scale, and what lifts that --------------------------------------- */
  function standing(by, findings) {
    const kind = (name) => by.conditions.filter((row) => row.kind === name);
    const holds = (row) => {
      const entry = findings[row.domain];
      if (isEmpty(entry)) return false;
      return row.finding ? entry === row.finding : isBetween(numberIn(domainOf(by.scales[0], row.domain), String(entry)), row.score_min, row.score_max);
    };
    const masks = kind("mask").filter(holds), open = [];
    let closed = null;
    kind("entry").filter((entry) => !masks.some((mask) => mask.lifts === entry.domain)).forEach((entry) => {
      const met = kind("closing").find((row) => row.domain === entry.domain && holds(row));
      if (!met && !isEmpty(findings[entry.domain])) return;
      const mayBeMasked = kind("mask").some((row) => row.lifts === entry.domain && isEmpty(findings[row.domain]));
      if (met && !mayBeMasked) closed = closed || met;
      else open.push(entry);
    });
    return { closed, open, zero: masks.length ? masks[0].text : "" };
  }

  /* The readings with the grades that count under the conditions, and the sentence on them. */
  function underConditions(by, readings, findings, about) {
    const { closed, open, zero } = standing(by, findings);
    const found = readings.some((one) => one.low);
    const lowered = (high) => readings.map((one) => Object.assign({}, one, { low: 0 }, high));
    if (closed) {
      const others = found && closed.text_with_others ? " " + closed.text_with_others : "";
      return { counted: lowered({ high: 0 }), main: "Grade 0: " + closed.text + "." + others, shown: readings.filter((one) => one.domain === closed.domain) };
    }
    if (!open.length) return { counted: readings, main: sentence(readings, about, zero), shown: readings };
    const counted = lowered({}), main = sentence(counted, about, zero);
    const more = found && main !== rules.nothing ? open.map((row) => row.text_with_others) : [];
    return { counted, main: [main, ...more].join(" "), shown: readings };
  }

  /* the grade: one way for every scale -------------------------------------------- */
  function grade(name, findings, givenAge, delay) {
    const by = rules.graders[name], faults = [];
    const score = by.order.length ? readScore(by, findings, givenAge, delay, faults) : null;
    const shared = by.shared.map((code) => {
      const domain = domainOf(by.scales[0], code), reading = read(domain, findings[code]);
      if (!reading) faults.push({ field: code, text: domain.refused });
      return reading;
    });
    if (faults.length) return { faults };
    const readings = score ? [score.reading, ...shared] : shared;
    const used = by.scales.find((scale) => domainOf(scale, readings[0].domain)), about = by.about[used];
    const { counted, main, shown } = underConditions(by, readings, findings, about);
    const [minimum, maximum] = ends(counted);
    const notes = [...carried(by, readings, findings, minimum), ...(score ? score.notes() : [])];
    const severity = (end) => about.severe_from === null ? null : end === 0 ? "none" : end >= about.severe_from ? "severe" : "mild";
    return { faults: [], grade: minimum === maximum ? minimum : null, minimum, maximum, is_final: minimum === maximum,
      decided_by: deciding(counted).map((one) => one.domain), unassessed: readings.filter((one) => one.missing).map((one) => one.domain),
      severity: severity(minimum) === severity(maximum) ? severity(minimum) : null,
      sentence: main === rules.nothing ? main : [main, ...notes].join(" "), attribution: about.attribution, readings: shown };
  }

  /* m-EASIX and the dose by weight ------------------------------------------------- */
  const isNumber = (text) => /^[0-9]{1,7}(\.[0-9]{1,6})?$/.test(text);

  const printedUnit = (unit) => (unit in rules.printed_units ? "× " + rules.printed_units[unit] : unit);

  function easix(name, entries, units, acceptHigh) {
    const variables = [...new Set(rules.laboratory.filter((row) => row.score === name).map((row) => row.variable))];
    const faults = [], missing = [], inputs = [];
    let result = 1;
    variables.forEach((variable) => {
      const row = rules.laboratory.find((one) => one.score === name && one.variable === variable && one.unit === units[variable]);
      const text = entries[variable];
      if (isEmpty(text)) return void missing.push(rules.laboratory.find((one) => one.variable === variable).label);
      const value = Number(text), fault = (said) => faults.push({ field: variable, text: said });
      if (!row) return void fault("choose the unit in which it was measured");
      if (!isNumber(text)) return void fault("must be a number, 0 or more, with a point for decimals");
      if (row.role === "divisor" && value === 0) return void fault("must be above 0");
      if (row.refuse_above !== null && value > row.refuse_above && !acceptHigh)
        return void fault("above " + number(row.refuse_above, 1) + " " + row.unit + " is refused: check the unit, or say that the value is right");
      const amount = value * row.to_formula_unit;
      result = row.role === "divisor" ? result / amount : result * amount;
      inputs.push(row.label + " " + number(value, rules.as_entered) + " " + printedUnit(row.unit));
    });
    if (faults.length) return { faults };
    if (missing.length) return { faults, value: null, sentence: "No " + rules.formulas[name] + " yet; " + listing(missing) + " missing." };
    return { faults, value: result, sentence: rules.formulas[name] + " " + number(result, 2) + " from " + listing(inputs) + "." };
  }

  function dose(weight) {
    if (isEmpty(weight)) return { faults: [], dose_mg: null, sentence: "No dose yet; weight missing." };
    const kg = isNumber(weight) ? Number(weight) : NaN;
    const band = kg > 0 ? rules.doses.find((row) => row.weight_min_kg <= kg && kg < row.weight_max_kg) : undefined;
    const limit = rules.doses[rules.doses.length - 1].weight_max_kg;
    if (!band) return { faults: [{ field: "weight_kg", text: "must be a number above 0 and below " + number(limit, 1) + ", with a point for decimals" }] };
    const full = kg * band.mg_per_kg, mg = Math.min(full, band.cap_mg);
    const said = "Tocilizumab for CRS at " + number(kg, rules.as_entered) + " kg: " + number(band.mg_per_kg, 1) + " mg/kg, " + number(mg, 1) + " mg";
    return { faults: [], dose_mg: mg, capped: full > band.cap_mg, sentence: said + (full > band.cap_mg ? ", the most for one dose" : "") + ". " + band.note };
  }

  const graders = Object.keys(rules.graders);
  place.calculate = { scoreIce, easix, dose, number };
  graders.forEach((name) => { place.calculate[name] = (findings, age, delay) => grade(name, findings, age, delay); });

  /* the forms -------------------------------------------------------------------- */
  const all = (selector, from) => Array.from(from.querySelectorAll(selector));
  const chosen = (form, name) => { const one = form.querySelector('input[name="' + name + '"]:checked'); return one ? one.value : ""; };
  const typed = (form, name) => form.elements[name].value.trim();

  /* What stands in the fields of a domain: a code, a number, or the finding beside the number; both are a fault. */
  function entered(form, domain, faults) {
    if (domain.decimals === null) return chosen(form, domain.code);
    const number = typed(form, domain.code), finding = chosen(form, "choice-" + domain.code);
    if (finding && number)
      faults.push({ field: domain.code, text: "give the number, or say “" + domain.choice + "”, not both" });
    return finding || number;
  }

  function enteredItems(form) {
    const items = {};
    rules.ice_items.forEach((row) => { items[row.item] = { yes: true, no: false }[chosen(form, "item-" + row.item)]; });
    return Object.values(items).some((one) => one !== undefined) ? items : "";
  }

  function gradeForm(form) {
    const name = form.dataset.form, by = rules.graders[name], findings = {}, faults = [];
    by.shared.forEach((code) => { findings[code] = entered(form, domainOf(by.scales[0], code), faults); });
    const checked = (result) => (faults.length ? { faults: [...faults, ...result.faults] } : result);
    if (!by.order.length) return checked(grade(name, findings));
    const way = chosen(form, "way"), items = rules.items_of + "_items";
    all("[data-way]", form).forEach((part) => { part.hidden = part.dataset.way !== way; });
    if (way === items) findings[rules.items_of] = enteredItems(form);
    else if (way) findings[way] = entered(form, scoreOf(by, way), faults);
    const delay = { true: true, false: false }[chosen(form, "delay")];
    const result = grade(name, findings, typed(form, "age_years"), delay === undefined ? null : delay);
    if (way === items && findings[rules.items_of] && !result.faults.length) result.first = scoreIce(findings[rules.items_of]).sentence;
    return checked(result);
  }

  const forms = {
    easix(form) {
      const names = ["ldh", "crp", "platelets"];
      const units = Object.fromEntries(names.map((name) => [name, form.elements[name].dataset.unit || chosen(form, name + "_unit")]));
      return easix("m_easix", Object.fromEntries(names.map((name) => [name, typed(form, name)])), units, form.elements.accept_high.checked);
    },
    dose: (form) => dose(typed(form, "weight_kg")),
  };
  graders.forEach((name) => { forms[name] = gradeForm; });

  function why(reading) {
    if (reading.words && reading.low === reading.high) return capital(reading.words) + ": grade " + reading.low;
    const range = "grade " + reading.low + " to " + reading.high + " possible";
    return capital(reading.words || reading.missing) + (reading.words ? ": " : " not assessed: ") + range;
  }

  /* A message begins with the name of a column; people read its label. */
  function inWords(form, text) {
    const words = (rules.graders[form.dataset.form] || { field_words: {} }).field_words;
    const name = Object.keys(words).find((code) => text.startsWith(code + " "));
    return name ? words[name] + text.slice(name.length) : text;
  }

  function showFaults(form, faults) {
    all(".calc-error", form).forEach((line) => {
      const own = faults.filter((fault) => fault.field === line.dataset.field);
      line.textContent = own.map((fault) => "Error: " + capital(inWords(form, fault.text)) + ".").join(" ");
      line.hidden = !own.length;
      const input = form.elements[line.dataset.field];
      if (input && input.setAttribute) input.setAttribute("aria-invalid", own.length ? "true" : "false");
      line.parentElement.classList.toggle("calc-wrong", own.length > 0);
    });
  }

  function update(form) {
    const result = forms[form.dataset.form](form);
    showFaults(form, result.faults);
    const told = result.faults.length ? "No result: correct what is marked above." : [result.first, result.sentence].filter(Boolean).join(" ");
    const line = form.querySelector(".calc-answer");
    if (line.textContent !== told) line.textContent = told;
    const reasons = form.querySelector(".calc-why");
    if (reasons) reasons.replaceChildren(...(result.readings || []).map((one) => Object.assign(document.createElement("li"), { textContent: why(one) })));
    form.dataset.grade = result.faults.length || !result.is_final ? "" : result.grade;
  }

  /* The sheet alone is printed: all that stands beside the way from it to the page is set aside meanwhile. */
  function print(form) {
    const aside = [];
    for (let at = form; at !== document.body; at = at.parentElement)
      Array.from(at.parentElement.children).filter((other) => other !== at).forEach((other) => aside.push(other));
    aside.forEach((other) => other.classList.add("calc-aside"));
    window.addEventListener("afterprint", () => aside.forEach((other) => other.classList.remove("calc-aside")), { once: true });
    window.print();
  }

  all("form", place).forEach((form) => {
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", () => update(form));
    form.addEventListener("reset", () => setTimeout(() => update(form), 0));
    form.querySelector("button.calc-print").addEventListener("click", () => print(form));
    form.reset();
    update(form);
  });
  place.classList.add("calc-live");
})();
