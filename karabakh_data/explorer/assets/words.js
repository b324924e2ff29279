"use strict";
/* How things are put in words: dates, camps, and statuses with who speaks. */
Explorer.words = (() => {
  const { data, records, label, values } = Explorer.store;
  const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
  const SEASONS = { 21: "spring", 22: "summer", 23: "autumn", 24: "winter" };
  const time = (iso) => Date.parse(`${iso}T00:00:00Z`);
  /** A word of a vocabulary, or the name of a table or column, as people write it. */
  const spaced = (word) => (Object.hasOwn(data.labels, word) ? data.labels[word] : String(word).replaceAll("_", " "));
  const camp = (name) => (data.camps[name] ? data.camps[name][0] : label(name));
  /** A camp inside a sentence. */
  const theCamp = (name) => (camp(name).endsWith(" side") ? `the ${camp(name)}` : camp(name));
  /** The side of an actor, who need not be a party to anything. */
  const side = (name) => (name === "outside" ? "neither side" : camp(name));
  const counted = (number, one, many = `${one}s`) => `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
  const listed = (parts) => new Intl.ListFormat("en", { type: "conjunction" }).format(parts);

  /** One EDTF date, without its signs of doubt. */
  function day(text) {
    const [, year, month, number] = text.match(/^(\d{4}|\d{3}X|\d{2}XX)(?:-(\d{2}|XX))?(?:-(\d{2}|XX))?/) || [];
    if (!year) return text;
    const named = year.endsWith("XX") ? `${year.slice(0, 2)}00 to ${year.slice(0, 2)}99` : year.endsWith("X") ? `the ${year.slice(0, 3)}0s` : year;
    if (!month || month === "XX") return named;
    const inYear = `${MONTHS[month - 1] || SEASONS[month] || month} ${named}`;
    return !number || number === "XX" ? inYear : `${+number} ${inYear}`;
  }

  /** An EDTF date in words, saying no more than it says. */
  function date({ text, uncertain, approximate }) {
    const doubts = [uncertain && "uncertain", approximate && "approximate"].filter(Boolean);
    return plain(text) + (doubts.length ? ` (${doubts.join(", ")})` : "");
  }

  function plain(text) {
    if (text.startsWith("[")) {
      const inner = text.slice(1, -1);
      if (inner.startsWith("..") && !inner.includes(",")) return `on or before ${day(inner.slice(2))}`;
      if (inner.endsWith("..") && !inner.includes(",")) return `on or after ${day(inner.slice(0, -2))}`;
      const ends = inner.split("..");
      if (ends.length === 2 && !inner.includes(",")) return `between ${day(ends[0])} and ${day(ends[1])}`;
      return `one of ${inner.split(",").map(among).join(", ")}`;
    }
    if (!text.includes("/")) return day(text);
    const [start, end] = text.split("/");
    const without = (part) => (part === ".." ? "open" : part === "" ? "unknown" : "");
    if (without(start)) return `until ${day(end)}, start ${without(start)}`;
    return without(end) ? `from ${day(start)}, end ${without(end)}` : `from ${day(start)} to ${day(end)}`;
  }

  /** A day or a stretch of days of several; an end that is not given is open. */
  function among(part) {
    const [start, end = start] = part.split("..");
    if (!start) return `${day(end)} or earlier`;
    if (!end) return `${day(start)} or later`;
    return start === end ? day(start) : `${day(start)} to ${day(end)}`;
  }

  const people = (ids) => listed(ids.map(label));

  /** Who stands behind a record: speakers, or those who report a status. */
  function who(record) {
    if (record.table === "statements") return people(values(record, "speaker_ids"));
    if (record.table === "status_reports") return reporters(record);
    if (record.table === "incidents") {
      const said = [["affirmed_by", "affirmed by"], ["denied_by", "denied by"]]
        .map(([column, text]) => [text, values(record, column).map(theCamp)])
        .filter(([, camps]) => camps.length)
        .map(([text, camps]) => `${text} ${listed(camps)}`);
      return said.join("; ") || "the article’s own voice";
    }
    if (record.table === "ceasefires") return people(values(record, "party_ids"));
    if (record.table === "occasions") return people(values(record, "participant_ids"));
    if (record.table === "affiliations") return people(values(record, "member_id"));
    return record.table === "actors" && record.camps.length ? side(record.camps[0]) : "";
  }

  const reporters = (report) => people(values(report, "reported_by_ids")) || "the article’s own voice";

  const reported = (report) => (values(report, "reported_by_ids").length ? `as reported by ${reporters(report)}` : "in the article’s own voice");

  /** The report that a ceasefire's last status comes from. */
  function lastReport(record) {
    const [status] = values(record, "last_reported_status");
    const [asOf] = values(record, "last_reported_as_of");
    const reports = (record.reports || []).map((id) => records.get(id));
    return reports.find((one) => one.word === status && values(one, "as_of")[0] === asOf) || null;
  }

  /** How a record stands, never without who says so. */
  function standing(record) {
    if (record.table === "incidents") {
      const [happened] = values(record, "occurrence_status");
      const [blame] = values(record, "attribution_status");
      return happened ? `${spaced(happened)} (${who(record)}); blame: ${spaced(blame)}` : "not derived";
    }
    if (record.table === "ceasefires") {
      const report = lastReport(record);
      if (!report) return "no outcome reported";
      const contested = values(record, "status_contested")[0] === "true" ? "; reports differ" : "";
      return `${spaced(report.word)}, ${reported(report)}${contested}`;
    }
    if (record.table === "statements") {
      const stance = values(record, "stance").map(spaced).join("");
      return record.withdrawn ? `${stance ? `${stance}; ` : ""}withdrawn later` : stance;
    }
    return record.table === "occasions" ? values(record, "occasion_status").map(spaced).join("") : "";
  }

  /** The relation as a heading: its own, or that of a record that names this one. */
  function relation(name) {
    const [table, inner] = name.split(".");
    return inner ? `${spaced(inner)} in ${spaced(table)}` : spaced(name);
  }

  return { time, date, spaced, camp, theCamp, side, reported, counted, listed, who, reporters, standing, relation, people };
})();
