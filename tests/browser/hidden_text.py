"""Text that nobody can read: wider than its place, cut off below, or over another one."""

from playwright.async_api import Page

FIND = """() => {
  const name = (each) => each.outerHTML.slice(0, 100);
  const own = (each) => [...each.childNodes].filter((node) => node.nodeType === 3 && node.textContent.trim());
  const texts = [...document.querySelectorAll("main *")]
    .filter((each) => own(each).length && !each.closest("svg, .unseen"));
  const cut = texts.filter((each) => each.clientWidth && each.scrollWidth > each.clientWidth + 1);
  const hides = (each) => getComputedStyle(each).overflowY === "hidden";
  const below = texts.filter((each) => hides(each) && each.scrollHeight > each.clientHeight + 1);
  const floats = (each) => ["fixed", "sticky"].includes(getComputedStyle(each).position);
  const layerOf = (each) => (!each || floats(each) ? each : layerOf(each.parentElement));
  const boxesOf = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return [...range.getClientRects()];
  };
  const lines = texts.flatMap((each) =>
    own(each).flatMap(boxesOf).map((box) => ({ each, box, layer: layerOf(each) })),
  );
  const meet = ({ each: one, box: a, layer: mine }, { each: other, box: b, layer: its }) => {
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    return one !== other && mine === its && wide > 2 && high > 0.4 * Math.min(a.height, b.height);
  };
  const over = lines.flatMap((one, at) =>
    lines.slice(at + 1).filter((other) => meet(one, other)).map((other) => [one.each, other.each]),
  );
  return [
    ...cut.map((each) => `cut off: ${name(each)}`),
    ...below.map((each) => `cut off below: ${name(each)}`),
    ...over.map(([one, other]) => `over each other: ${name(one)} | ${name(other)}`),
  ];
}"""
"""What floats over the page (the bar, the foot) lies over it by intention. A line's box is higher than its letters: two
may meet by less than half."""


async def find_hidden_text(page: Page) -> list[str]:
    """What of the text that is shown cannot be read."""
    found: list[str] = await page.evaluate(FIND)
    return found
