"use strict";
/* From days to pixels: even, or stretched so that days on which something happened have room. */
Explorer.scale = (() => {
  const DAY = 864e5;
  const dayNumber = (iso) => Math.floor(Explorer.words.time(iso) / DAY);
  const WIDE = { most: 8, width: (days) => 26 * days };
  const MEDIUM = { most: 100, width: (days) => 2.2 * days };
  const NARROW = { width: (days) => 18 + 32 * Math.log10(1 + days / 30) };
  const EDGE = { width: () => 62 };

  /** The bounds of dates as [first day, day after the last]; one day where an end is open. */
  function spans(dates) {
    return dates.map(({ from, to }) => [dayNumber(from ?? to), dayNumber(to ?? from) + 1]);
  }

  /** Stretches of days that are drawn at one width: [{from, to, kind}], without gaps. */
  function runs(found, first, last) {
    const kinds = [WIDE, MEDIUM].map(({ most }) => found.filter(([a, b]) => b - a <= most));
    const bounds = [...new Set([first, last, ...kinds.flat(2)])].filter((at) => at >= first && at <= last);
    bounds.sort((a, b) => a - b);
    const made = [];
    d3.pairs(bounds, (from, to) => {
      const covers = ([a, b]) => a <= from && to <= b;
      const kind = kinds[0].some(covers) ? WIDE : kinds[1].some(covers) ? MEDIUM : NARROW;
      if (made.length && made.at(-1).kind === kind) made.at(-1).to = to;
      else made.push({ from, to, kind });
    });
    return made;
  }

  /**
   * The scale of a timeline.
   *
   * @param dates the dates to be drawn, with their bounds
   * @param range [from, to] as ISO days, either of which may be empty
   * @param width pixels
   * @param even whether every day has the same width
   */
  function make(dates, range, width, even) {
    const found = spans(dates);
    let first = range[0] ? dayNumber(range[0]) : d3.min(found, (span) => span[0]);
    let last = range[1] ? dayNumber(range[1]) + 1 : d3.max(found, (span) => span[1]);
    if (first === undefined) return null;
    if (last <= first) last = first + 1;
    const margin = Math.max(1, Math.round((last - first) * 0.01));
    const parts = even
      ? [{ from: first - margin, to: last + margin, kind: WIDE }]
      : [
          { from: first - 1, to: first, kind: EDGE },
          ...runs(found, first, last),
          { from: last, to: last + 1, kind: EDGE },
        ];
    const inside = ({ from, to, kind }) => (kind === NARROW ? found.filter(([a, b]) => from <= a && b <= to).length : 0);
    const weights = parts.map((part) => part.kind.width(part.to - part.from) + 22 * Math.min(4, inside(part)));
    const ends = d3.cumsum(weights);
    const total = ends.at(-1);
    const x = d3.scaleLinear(
      [parts[0].from, ...parts.map((part) => part.to)],
      [0, ...ends].map((at) => (at / total) * width),
    ).clamp(true);
    return { x, parts, dayNumber, first, last, ticks: even ? evenTicks(x) : stretchedTicks(x, parts) };
  }

  function evenTicks(x) {
    const [first, last] = d3.extent(x.domain());
    const time = d3.scaleUtc([first * DAY, last * DAY], x.range());
    const most = Math.max(3, Math.floor(x.range().at(-1) / 110));
    const named = d3.utcFormat(last - first > 1200 ? "%Y" : last - first > 150 ? "%b %Y" : "%-d %b %Y");
    return time.ticks(most).map((at) => ({ at: at / DAY, text: named(at) }));
  }

  /** Days at which the width of a day changes, days of wide runs and months of others, as far as their labels have room. */
  function stretchedTicks(x, parts) {
    const exact = d3.utcFormat("%-d %b %Y");
    const month = d3.utcFormat("%b %Y");
    const wanted = [];
    for (const { from, to, kind } of parts.slice(1, -1)) {
      if (kind === WIDE) {
        wanted.push({ at: from + 0.5, text: exact(from * DAY), rank: 0 });
        for (let day = from + 1; day < to; day++) wanted.push({ at: day + 0.5, text: exact(day * DAY), rank: day === to - 1 ? 1 : 3 });
      } else {
        const [starts, text] = kind === MEDIUM ? [d3.utcMonths, month] : [d3.utcYears, d3.utcFormat("%Y")];
        const rank = (at) => (kind === MEDIUM ? 2 : at.getUTCFullYear() % 10 ? 5 : 4);
        wanted.push(...starts(from * DAY, to * DAY).map((at) => ({ at: at / DAY, text: text(at), rank: rank(at) })));
      }
    }
    const placed = [];
    for (const tick of d3.sort(wanted, (tick) => tick.rank)) {
      const half = Explorer.dom.textWidth(tick.text, 11.5) / 2 + 6;
      const at = x(tick.at);
      const fits = at - half >= 0 && at + half <= x.range().at(-1);
      if (fits && placed.every((other) => Math.abs(other.px - at) >= other.half + half)) placed.push({ ...tick, px: at, half });
    }
    return d3.sort(placed, (tick) => tick.px);
  }

  return { make, NARROW };
})();
