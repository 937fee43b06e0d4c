/* The calculator of the grading page. It reads the rules from the JSON beside it and knows no grade, cut-off or dose
   itself; it stores nothing and sends nothing. */
(function () {
  "use strict";
  const place = document.getElementById("calculator");
  const rules = JSON.parse(document.getElementById("calculator-rules").textContent);
  const texts = rules.texts;

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
  const isWhole = (entry) => /^(0|[1-9][0-9]*)(\.0)?$/.test(entry);
  const rowOf = (domain, entry) =>
    domain.rows.find((row) => row.finding ? row.finding === entry : isWhole(entry) && row.low <= Number(entry) && Number(entry) <= row.high);
  const isEmpty = (entry) => entry === undefined || entry === null || entry === "";
  const unread = (domain) => ({ domain: domain.code, low: 0, high: worst(domain), words: "", missing: domain.code });

  /* The reading of a domain, null if the entry is not allowed. */
  function read(domain, given) {
    if (isEmpty(given)) return unread(domain);
    const row = rowOf(domain, String(given));
    return row ? { domain: domain.code, low: row.grade, high: row.grade, words: row.label, missing: "" } : null;
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

  function readScore(row, given) {
    const domain = domainOf(row.scale, row.instrument);
    if (typeof given === "object" && given !== null) return readItems(row, domain, scoreIce(given));
    const reading = read(domain, given);
    if (reading && !reading.missing) {
      reading.words = isWhole(String(given)) ? row.label + " " + Number(given) : reading.words;
      reading.isScore = true;
    }
    return reading;
  }

  function readItems(row, domain, score) {
    const low = rowOf(domain, String(score.maximum)).grade;
    const high = rowOf(domain, String(score.minimum)).grade;
    if (score.unanswered.length && low === 0 && high === worst(domain))
      return { domain: domain.code, low, high, words: "", missing: row.label };
    const range = " in full (" + score.minimum + " to " + score.maximum + " points)";
    return { domain: domain.code, low, high, words: score.words, missing: score.unanswered.length ? row.label + range : "", isScore: true };
  }

  /* the sentence -------------------------------------------------------------- */
  const ends = (readings) => [Math.max(...readings.map((one) => one.low)), Math.max(...readings.map((one) => one.high))];
  const deciding = (readings) => readings.filter((one) => one.low === ends(readings)[0] && one.low > 0);

  function notAssessed(readings) {
    const last = readings[readings.length - 1];
    return listing(readings.map((one) => one.missing)) + (last && rules.descriptive.includes(last.domain) ? " findings" : "");
  }

  function sentence(readings, zero) {
    if (!readings.some((one) => one.words)) return texts.nothing;
    const [minimum, maximum] = ends(readings);
    const missing = notAssessed(readings.filter((one) => one.missing));
    if (minimum === maximum) {
      const alone = readings.filter((one) => one.isScore && one.words && one.low === one.high && one.high < minimum);
      return "Grade " + minimum + ": " + (listing(deciding(readings).map((one) => one.words)) || zero) + "."
        + alone.map((one) => " " + one.words + " alone would be grade " + one.low + ".").join("")
        + (missing ? " " + capital(missing) + " not assessed, which cannot change the grade." : "");
    }
    if (minimum === 0) return "No grade yet, 0 to " + maximum + " possible; " + missing + " not assessed.";
    const top = Math.max(...Object.values(rules.scales).flat().map(worst));
    return "At least grade " + minimum + (maximum === top ? "" : ", at most grade " + maximum) + "; " + missing + " not assessed.";
  }

  function answer(minimum, maximum, decided, readings, told, attribution) {
    const severity = [rules.severities[minimum], rules.severities[maximum]];
    const unassessed = readings.filter((one) => one.missing).map((one) => one.domain);
    return { faults: [], grade: minimum === maximum ? minimum : null, minimum, maximum, is_final: minimum === maximum,
      decided_by: decided.map((one) => one.domain), unassessed, severity: severity[0] === severity[1] ? severity[0] : null,
      sentence: told, attribution, readings };
  }

  /* ICANS ------------------------------------------------------------------ */
  const firstRow = (instrument) => rules.instruments.find((row) => row.instrument === instrument);

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

  function icans(findings, givenAge, delay) {
    const faults = [];
    const age = readAge(givenAge, faults);
    const meant = age === null ? rules.order.map(firstRow) : rules.instruments.filter((row) => fits(row, age, delay));
    const given = [];
    rules.order.forEach((instrument) => {
      if (isEmpty(findings[instrument])) return;
      const row = firstRow(instrument);
      const reading = readScore(row, findings[instrument]);
      if (!reading) faults.push({ field: instrument, text: domainOf(row.scale, instrument).refused });
      else if (!meant.some((one) => one.instrument === instrument)) faults.push({ field: instrument, text: row.refused });
      given.push(reading);
    });
    if (given.length > 1) faults.push({ field: rules.order[1], text: texts.both_scores });
    const shared = rules.shared.map((code) => {
      const domain = domainOf(firstRow(rules.order[0]).scale, code);
      const reading = read(domain, findings[code]);
      if (!reading) faults.push({ field: code, text: domain.refused });
      return reading;
    });
    if (faults.length) return { faults };
    const readings = [given[0] || scoreUnread(expected(meant, findings, age, delay)), ...shared];
    const [minimum, maximum] = ends(readings);
    const told = sentence(readings, texts.zero);
    const notes = [...carried(readings[0], findings, minimum), ...instrumentNotes(readings[0], meant, age)];
    const all = told === texts.nothing ? told : [told, ...notes].join(" ");
    return answer(minimum, maximum, deciding(readings), readings, all, texts.attribution);
  }

  /* The instrument of a score that was not done: by age, by delay, the only one named, else the first. */
  function expected(meant, findings, age, delay) {
    if (age !== null) return meant[meant.length - 1];
    if (delay) return rules.instruments.find((row) => row.developmental_delay);
    const named = rules.order.filter((instrument) => instrument in findings);
    return firstRow(named.length === 1 ? named[0] : rules.order[0]);
  }

  function scoreUnread(row) {
    return { domain: row.instrument, low: 0, high: worst(domainOf(row.scale, row.instrument)), words: "", missing: row.label };
  }

  function carried(score, findings, minimum) {
    return rules.cautions.filter((row) => {
      const instrument = rules.instruments.find((one) => one.scale === row.scale).instrument;
      const entry = findings[instrument];
      const within = score.domain === instrument && !isEmpty(entry) && isWhole(String(entry)) && row.score_min <= Number(entry) && Number(entry) <= row.score_max;
      const alone = rowOf(domainOf(row.scale, "consciousness"), row.consciousness).grade;
      return within && findings.consciousness === row.consciousness && (!row.alone || minimum === alone);
    }).map((row) => row.text);
  }

  function instrumentNotes(score, meant, age) {
    const used = firstRow(score.domain), verb = score.words ? "graded by " : "to be completed by ";
    if (age === null) return ["Age not given: " + verb + used.label + ", which is for " + used.groups + "."];
    if (!score.words) return [];
    const others = meant.filter((row) => row.developmental_delay && row.instrument !== used.instrument);
    return others.map((row) => "With developmental delay " + row.label + " may fit better than " + used.label + ".");
  }

  /* CRS ---------------------------------------------------------------------- */
  function crs(findings) {
    const domains = rules.scales[rules.crs.scale];
    const readings = domains.map((domain) => read(domain, findings[domain.code]));
    const faults = domains.filter((domain, at) => !readings[at]).map((domain) => ({ field: domain.code, text: domain.refused }));
    if (faults.length) return { faults };
    const found = readings.some((one) => one.low);
    const done = (low, high, decided, told) => answer(low, high, decided, readings, told, texts.crs_attribution);
    if (findings[rules.crs.entry] === rules.crs.closed) {
      const closed = done(0, 0, [], texts.crs_no_entry + (found ? texts.crs_other_cause : ""));
      closed.readings = readings.slice(0, 1);
      return closed;
    }
    const [minimum, maximum] = ends(readings);
    if (!isEmpty(findings[rules.crs.entry])) return done(minimum, maximum, deciding(readings), sentence(readings, findings[rules.crs.entry] === rules.crs.masked ? texts.crs_masked_zero : texts.crs_zero));
    const told = sentence(readings.map((one) => Object.assign({}, one, { low: 0 })), texts.crs_zero);
    const more = found ? " Without fever, and nothing that masks it, the other findings are not CRS." : "";
    return done(0, maximum, [], told === texts.nothing ? told : told + more);
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

  place.calculate = { icans, crs, scoreIce, easix, dose, number };

  /* the forms -------------------------------------------------------------------- */
  const all = (selector, from) => Array.from(from.querySelectorAll(selector));
  const chosen = (form, name) => { const one = form.querySelector('input[name="' + name + '"]:checked'); return one ? one.value : ""; };
  const typed = (form, name) => form.elements[name].value.trim();

  function icansEntries(form) {
    const findings = {};
    rules.shared.forEach((code) => { findings[code] = chosen(form, code); });
    const way = chosen(form, "way");
    if (way === "ice_items") {
      const items = {};
      rules.ice_items.forEach((row) => { items[row.item] = { yes: true, no: false }[chosen(form, "item-" + row.item)]; });
      const isAsked = Object.values(items).some((one) => one !== undefined);
      findings.ice = isAsked ? items : "";
    }
    if (way === "ice") findings.ice = typed(form, "ice");
    if (way === "capd") findings.capd = form.elements.unable.checked ? "unable" : typed(form, "capd");
    const faults = way === "capd" && form.elements.unable.checked && typed(form, "capd") !== ""
      ? [{ field: "capd", text: "give the total, or say that the child cannot be assessed, not both" }] : [];
    const delay = { true: true, false: false }[chosen(form, "delay")];
    return { findings, age: typed(form, "age_years"), delay: delay === undefined ? null : delay, faults, way };
  }

  const forms = {
    icans(form) {
      const entered = icansEntries(form);
      all("[data-way]", form).forEach((part) => { part.hidden = part.dataset.way !== entered.way; });
      const result = icans(entered.findings, entered.age, entered.delay);
      if (entered.faults.length) return { faults: entered.faults };
      if (entered.way === "ice_items" && entered.findings.ice && !result.faults.length) result.first = scoreIce(entered.findings.ice).sentence;
      return result;
    },
    crs: (form) => crs(Object.fromEntries(rules.scales[rules.crs.scale].map((domain) => [domain.code, chosen(form, domain.code)]))),
    easix(form) {
      const names = ["ldh", "crp", "platelets"];
      const units = Object.fromEntries(names.map((name) => [name, form.elements[name].dataset.unit || chosen(form, name + "_unit")]));
      return easix("m_easix", Object.fromEntries(names.map((name) => [name, typed(form, name)])), units, form.elements.accept_high.checked);
    },
    dose: (form) => dose(typed(form, "weight_kg")),
  };

  function why(reading) {
    if (reading.words && reading.low === reading.high) return capital(reading.words) + ": grade " + reading.low;
    const range = "grade " + reading.low + " to " + reading.high + " possible";
    return capital(reading.words || reading.missing) + (reading.words ? ": " : " not assessed: ") + range;
  }

  /* A message begins with the name of a column; people read its label. */
  function inWords(text) {
    const name = Object.keys(rules.field_words).find((code) => text.startsWith(code + " "));
    return name ? rules.field_words[name] + text.slice(name.length) : text;
  }

  function showFaults(form, faults) {
    all(".calc-error", form).forEach((line) => {
      const own = faults.filter((fault) => fault.field === line.dataset.field);
      line.textContent = own.map((fault) => "Error: " + capital(inWords(fault.text)) + ".").join(" ");
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
