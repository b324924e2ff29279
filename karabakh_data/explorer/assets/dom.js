"use strict";
/* Elements are made from names and text; nothing on this page is parsed as HTML. */
const Explorer = {};

Explorer.dom = (() => {
  const SVG = "http://www.w3.org/2000/svg";

  function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
    return element;
  }

  const el = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
  const svg = (tag, attributes = {}, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

  /** A piece of text that may run in any direction without turning what stands around it. */
  const bdi = (text) => el("bdi", {}, String(text));

  /** At most so many characters, cut between words where that leaves enough. */
  function clipped(text, most) {
    if (text.length <= most) return text;
    const cut = text.slice(0, most - 1);
    const words = cut.replace(/\s+\S*$/, "");
    return (words.length > most / 2 ? words : cut) + "…";
  }

  let ruler = null;
  /** Width of a text in pixels, in the page's font. */
  function textWidth(text, size) {
    ruler = ruler || document.createElement("canvas").getContext("2d");
    ruler.font = `${size}px ${getComputedStyle(document.body).fontFamily}`;
    return ruler.measureText(text).width;
  }

  /** Put a picture in its place; the focus stays on the sign of the record that had it. */
  function redraw(place, picture) {
    const had = place.contains(document.activeElement) ? document.activeElement.dataset.id : null;
    place.replaceChildren(picture);
    if (had) [...place.querySelectorAll("[data-id]")].find((one) => one.dataset.id === had)?.focus({ preventScroll: true });
  }

  /** Put a text on the clipboard; true where that worked. */
  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const box = el("textarea", { "aria-hidden": "true", class: "off", readonly: true });
      box.value = text;
      (document.querySelector("dialog[open]") || document.body).append(box);
      box.select();
      const done = document.execCommand("copy");
      box.remove();
      return done;
    }
  }

  return { el, svg, bdi, clipped, textWidth, redraw, copy };
})();
