"use strict";
/* The panel of one record: its claims for and against, what is recorded, its neighbours and its citations. */
Explorer.panel = (() => {
  const { el, bdi, copy } = Explorer.dom;
  const { data, state, records, label, values, set, hashOf } = Explorer.store;
  const { spaced, camp, side, date: dateText, who, standing, relation, counted, reported, people } = Explorer.words;
  const box = document.getElementById("panel");
  const narrow = matchMedia("(max-width: 62rem)");
  const AROUND = 140;
  const SPOKEN = ["statements", "incidents", "status_reports"]; // here a camp is who speaks, elsewhere who takes part
  let opener = null;

  const link = (id) => el("a", { href: hashOf({ id }) }, bdi(label(id)));
  const column = (name) => spaced(name.replace(/_ids?$/, ""));
  const word = (vocabulary, value) => data.words[vocabulary]?.[value];
  const titled = (title, ...children) => (children.flat().filter(Boolean).length ? el("section", {}, el("h3", {}, title), children) : null);
  const pairs = (entries) => el("dl", { class: "cells" }, entries.map(([name, ...value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));

  const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

  /* --- Claims --- */

  function claim(id) {
    const record = records.get(id);
    const accused = values(record, "accused_ids");
    const through = values(record, "relayed_by_ids");
    const [quote] = values(record, "quote");
    const cited = record.citations.filter(([field]) => field === "speech_act").map(([, , source, start, end]) => `${source.replace(/^source-/, "")} ${start}–${end}`);
    return el("li", { class: "claim" },
      el("p", { class: "claim-head" }, record.camps.map((one) => [Explorer.glyphs.icon(one), " "]), el("strong", {}, bdi(people(values(record, "speaker_ids")))),
        ` · ${record.camps.map(camp).join(", ")} · ${spaced(record.word)} · ${values(record, "stance").map(spaced).join("") || "no stance"} · `,
        dateText(record.dates.said), record.withdrawn ? el("em", {}, " · withdrawn later, counts nowhere") : null),
      accused.length ? el("p", {}, "Accuses ", people(accused), ".") : null,
      el("p", {}, el("a", { href: hashOf({ id }) }, bdi(values(record, "summary")[0]))),
      quote ? el("blockquote", {}, "“", bdi(quote), "”") : null,
      el("p", { class: "soft" }, [through.length ? `Through ${people(through)}. ` : "", cited.length ? `Cited: ${cited.join("; ")}.` : ""]));
  }

  function claims(record) {
    const { voices } = record.claims;
    const [happened] = values(record, "occurrence_status");
    const [blame] = values(record, "attribution_status");
    const blamed = values(record, "blamed_ids");
    const list = (title, ids, none) => el("div", {}, el("h4", {}, `${title} (${ids.length})`),
      ids.length ? el("ul", { class: "claims" }, ids.map(claim)) : el("p", { class: "soft" }, none));
    const status = (vocabulary, value) => (value ? [el("strong", {}, spaced(value)), `: ${word(vocabulary, value)}`] : "not derived");
    return titled("How the claims stand",
      el("p", { class: "soft" }, "Derived by published rules; no judgement of who is right."),
      pairs([
        ["happened", status("occurrence_status", happened), ` Here: ${who(record)}.`],
        ["blame", status("attribution_status", blame), blamed.length ? [" Blamed: ", joined(blamed), "."] : ""],
        ["claims by", Object.entries(voices).map(([name, number]) => `${camp(name)} ${number}`).join(", ")],
      ]),
      list("For: say or presuppose that it happened", record.claims.for, "No claim on record."),
      list("Against: deny that it happened, or the blame", record.claims.against, "No denial on record."),
      record.claims.mentions.length ? list("Mention it without saying whether it happened; count nowhere", record.claims.mentions, "") : null);
  }

  function reports(record) {
    const ids = record.reports || [];
    return titled("What is reported of it", ids.length
      ? el("ul", { class: "claims" }, ids.map((id) => {
        const report = records.get(id);
        return el("li", { class: "claim" },
          el("p", {}, el("a", { href: hashOf({ id }) }, el("strong", {}, spaced(report.word))), ` as of ${dateText(report.dates.as_of)}`),
          el("p", {}, capital(reported(report)), ". ", el("span", { class: "soft" }, word("ceasefire_status", report.word))));
      }))
      : el("p", { class: "soft" }, "Nothing."));
  }

  const joined = (ids) => ids.map((id, at) => [at ? ", " : "", records.has(id) ? link(id) : camp(id)]);

  /* --- What is recorded --- */

  function cells(record) {
    const columns = data.columns[record.table];
    return pairs(Object.entries(record.cells).map(([name, found]) => {
      const { words, says } = columns[name];
      const date = record.dates[name];
      let shown;
      if (words) shown = found.map((value) => el("div", {}, spaced(value), el("span", { class: "soft" }, ` ${word(words, value) || ""}`)));
      else if (date) shown = [el("code", {}, date.text), ` ${dateText(date)}`];
      else if (found.some((value) => records.has(value) || data.camps[value])) {
        shown = found.map((value, at) => [at ? ", " : "", records.has(value) ? link(value) : data.camps[value] ? camp(value) : bdi(value)]);
      } else shown = found.map((value, at) => [at ? ", " : "", bdi(value)]);
      return [el("span", { title: `${name}: ${says}` }, column(name)), shown];
    }));
  }

  const neighbours = (record) => pairs(Object.entries(record.related).filter(([name]) => !name.endsWith("source"))
    .map(([name, ids]) => [`${relation(name)} (${ids.length})`, el("ul", { class: "plain-list" }, ids.map((id) => el("li", {}, link(id))))]));

  /* --- Citations --- */

  /** Text by code points, as positions count. */
  const letters = new Map();
  function points(source) {
    if (!letters.has(source) && data.articles[source] !== undefined) letters.set(source, Array.from(data.articles[source]));
    return letters.get(source);
  }

  function passage(source, start, end) {
    const text = points(source);
    if (!text) return null;
    const part = (a, b) => text.slice(Math.max(0, a), b).join("");
    return el("blockquote", { class: "passage" }, start > AROUND ? "…" : "", bdi(part(start - AROUND, start)),
      el("mark", {}, bdi(part(start, end))), bdi(part(end, end + AROUND)), end + AROUND < text.length ? "…" : "");
  }

  function citations(record) {
    const groups = d3.group(record.citations, ([, , source, start, end]) => `${source} ${start} ${end}`);
    const items = [...groups.values()].map((rows) => {
      const [, , source, start, end] = rows[0];
      const borne = rows.every((row) => row[8]);
      return el("li", {},
        el("p", {}, link(source), `, characters ${start}–${end}`),
        borne ? passage(source, start, end) : el("p", { class: "notice" }, "Your copy of the article does not bear this citation out; it is not shown."),
        el("ul", { class: "plain-list" }, rows.map(([field, value, , , , basis, stance, note]) => el("li", {},
          el("span", { class: "field" }, column(field)), value ? [" = ", records.has(value) ? link(value) : bdi(spaced(value))] : "",
          ` · ${spaced(basis)}`, stance === "contradicts" ? el("strong", {}, " · contradicts") : "",
          note ? el("span", { class: "soft" }, " · ", bdi(note)) : ""))));
    });
    const says = Object.keys(data.articles).length
      ? "The passages in your own copies of the articles. Positions count characters from 0."
      : "Positions count characters from 0; the articles’ text is not part of this page.";
    return titled(`Citations (${counted(record.citations.length, "value")})`, items.length
      ? [el("p", { class: "soft" }, says), el("ol", { class: "citations" }, items)]
      : el("p", { class: "soft" }, "None."));
  }

  /** A whole article with every cited passage marked. */
  function article(id) {
    const text = points(id);
    if (!text) return null;
    const cited = new Uint8Array(text.length);
    for (const record of records.values()) {
      for (const [, , source, start, end, , , , borne] of record.citations) if (source === id && borne) cited.fill(1, start, end);
    }
    const pieces = [];
    for (let at = 0; at < text.length;) {
      let end = at;
      while (end < text.length && cited[end] === cited[at]) end++;
      const piece = text.slice(at, end).join("");
      pieces.push(cited[at] ? el("mark", {}, piece) : piece);
      at = end;
    }
    return titled("The article, from your own copy", el("p", { class: "soft" }, "Marked: what some record cites."), el("div", { class: "article" }, pieces));
  }

  /* --- The panel --- */

  function copyButton(title, text) {
    const said = el("span", { role: "status", class: "said" });
    return [el("button", { type: "button", onclick: async () => {
      said.textContent = (await copy(text())) ? "copied" : "could not copy: select the text by hand";
    } }, title), said];
  }

  function contents(id) {
    const record = records.get(id);
    const stands = standing(record);
    const listed = Object.values(record.dates).find((one) => one.text === record.listed);
    const permalink = () => location.href.split("#")[0] + "#" + encodeURIComponent(id);
    return [
      el("div", { class: "panel-bar" },
        el("p", { class: "kicker" }, spaced(record.table), " · ", spaced(record.word), listed ? ` · ${dateText(listed)}` : ""),
        el("button", { type: "button", class: "close", onclick: () => close() }, "Close")),
      el("h2", { id: "panel-title", tabindex: "-1" }, bdi(record.label)),
      record.camps.length ? el("p", { class: "camps" }, record.camps.map((one) => el("span", { class: "camp" }, Explorer.glyphs.icon(one), ` ${SPOKEN.includes(record.table) ? camp(one) : side(one)}`))) : null,
      stands && record.table !== "incidents" ? el("p", {}, el("strong", {}, "How it stands: "), stands) : null,
      el("p", { class: "tools" }, copyButton("Copy the link", permalink), el("code", { class: "id" }, bdi(id))),
      record.claims ? claims(record) : null,
      record.table === "ceasefires" ? reports(record) : null,
      titled("What is recorded", cells(record)),
      Object.keys(record.related).some((name) => !name.endsWith("source")) ? titled("Neighbours", neighbours(record)) : null,
      record.identifiers.length ? titled("Identifiers", pairs(record.identifiers.map(([scheme, value, where]) => [scheme, el("code", {}, bdi(value)), ` verified in ${where}`]))) : null,
      citations(record),
      record.table === "sources" ? article(id) : null,
      titled("To cite it", el("p", { class: "cite" }, bdi(record.citation)), el("p", {}, copyButton("Copy the citation", () => record.citation))),
    ];
  }

  function show() {
    const id = state.id;
    document.body.classList.toggle("record-open", Boolean(id));
    if (!id) {
      if (box.open) box.close();
      document.body.classList.remove("with-panel");
      comeBack();
      return;
    }
    if (!box.open) {
      const from = document.activeElement;
      opener = from === document.body ? null : { from, part: from.closest("section")?.id, id: from.dataset.id };
      document.body.classList.toggle("with-panel", !narrow.matches);
      if (narrow.matches) box.showModal();
      else box.show();
    }
    box.replaceChildren(...(records.has(id) ? contents(id) : unknown(id)).filter(Boolean));
    box.scrollTop = 0;
    box.querySelector("#panel-title").focus({ preventScroll: true });
  }

  /** The focus goes back to where the panel was opened from, which may have been drawn anew. */
  function comeBack() {
    if (!opener) return;
    const { from, part, id } = opener;
    const again = () => [...document.querySelectorAll(`#${part} [data-id]`)].find((one) => one.dataset.id === id);
    (from.isConnected ? from : part && again())?.focus();
    opener = null;
  }

  const unknown = (id) => [
    el("div", { class: "panel-bar" }, el("p", { class: "kicker" }, "No such record"), el("button", { type: "button", class: "close", onclick: () => close() }, "Close")),
    el("h2", { id: "panel-title", tabindex: "-1" }, "No record has this id"),
    el("p", {}, el("code", {}, bdi(id)), " is not in this data set. The search finds records by their names and ids."),
  ];

  function close() {
    set({ id: "" });
  }

  box.addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && box.open && !box.matches(":modal")) close();
  });
  narrow.addEventListener("change", () => {
    if (!box.open) return;
    box.close();
    show();
  });

  return { show };
})();
