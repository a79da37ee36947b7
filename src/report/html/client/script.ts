/**
 * What the page does by itself: draws its charts, orders and filters tables, unfolds rows. Plain JavaScript for the
 * browser, as text: it stands in the page beside Vega, whose global it uses, and takes every text for text.
 */
export const PAGE_SCRIPT = `(() => {
  'use strict';
  const tip = document.getElementById('tip');

  function showTip(handler, event, item, value) {
    tip.hidden = value === null || value === undefined || value === '';
    if (tip.hidden) return;
    tip.textContent = String(value);
    const room = document.documentElement.clientWidth - tip.offsetWidth - 8;
    tip.style.left = Math.max(8, Math.min(event.clientX + 14, room)) + 'px';
    tip.style.top = Math.max(8, event.clientY - tip.offsetHeight - 12) + 'px';
  }

  async function draw(figure) {
    const spec = JSON.parse(figure.querySelector('script').textContent);
    const container = figure.querySelector('.plot');
    const view = new vega.View(vega.parse(spec), { container, renderer: 'svg', hover: true, tooltip: showTip });
    await view.runAsync();
    figure.dataset.drawn = 'true';
  }

  function order(head) {
    const column = [...head.parentNode.children].indexOf(head);
    const isDown = head.getAttribute('aria-sort') !== 'descending';
    for (const other of head.parentNode.children) other.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', isDown ? 'descending' : 'ascending');
    const table = head.closest('table');
    const isNumber = head.classList.contains('number');
    const keyOf = (body) => {
      const text = body.rows[0].cells[column].dataset.sort;
      return isNumber || column > 0 ? (text === '' ? null : Number(text)) : text;
    };
    const keyed = [...table.tBodies].map((body) => ({ body, key: keyOf(body) }));
    keyed.sort((a, b) => compare(a.key, b.key, isDown));
    for (const { body } of keyed) table.append(body);
  }

  function compare(a, b, isDown) {
    if (a === null || b === null) return (a === null) - (b === null);
    return (a < b ? -1 : a > b ? 1 : 0) * (isDown ? -1 : 1);
  }

  function filter(input) {
    const words = input.value.toLowerCase().split(/\\s+/);
    const bodies = [...input.closest('.data').querySelectorAll('tbody')];
    let shown = 0;
    for (const body of bodies) {
      const text = body.rows[0].textContent.toLowerCase();
      body.hidden = !words.every((word) => text.includes(word));
      shown += body.hidden ? 0 : 1;
    }
    input.parentNode.querySelector('output').textContent = shown + ' of ' + bodies.length;
  }

  function unfold(button) {
    const details = button.closest('tbody').querySelector('.details');
    details.hidden = !details.hidden;
    button.setAttribute('aria-expanded', String(!details.hidden));
  }

  document.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (button === null) return;
    if (button.classList.contains('unfold')) unfold(button);
    else order(button.closest('th'));
  });
  document.addEventListener('input', (event) => filter(event.target));
  for (const figure of document.querySelectorAll('.chart')) if (figure.querySelector('.plot') !== null) draw(figure);
})();
`;
