// Elements from plain data. Text is always text: nothing here reads markup.

const SVG = 'http://www.w3.org/2000/svg';

function fill(node, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'data') Object.assign(node.dataset, value);
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export const el = (tag, properties, ...children) => fill(document.createElement(tag), properties, children);
export const svg = (tag, properties, ...children) => fill(document.createElementNS(SVG, tag), properties, children);

/** A panel with a heading, and something beside the heading. */
export const panel = (title, content, beside = null) =>
  el('section', { class: 'panel' }, el('div', { class: 'panel-head' }, el('h2', { class: 'panel-title' }, title), beside), content);

/** A dense table; a column is [heading, cell of a row, classes]. On a small screen every row is a card. */
export function table(columns, rows, { caption, open } = {}) {
  const head = el('tr', {}, columns.map(([name, , kind]) => el('th', { scope: 'col', class: kind === 'number' ? 'number' : null }, name)));
  const body = rows.map((row) =>
    el('tr', open ? { class: 'opens', onclick: () => open(row) } : {},
      columns.map(([name, cell, kind]) => el('td', { class: kind, data: { label: name } }, cell(row)))));
  return el('div', { class: 'scrolls' },
    el('table', { class: 'data cards' }, el('caption', { class: 'unseen' }, caption), el('thead', {}, head), el('tbody', {}, body)));
}

export const badge = (severity) =>
  el('span', { class: 'badge', data: { severity: severity.toLowerCase() } }, severity.charAt(0) + severity.slice(1).toLowerCase());

export const empty = (words) => el('p', { class: 'empty' }, words);

export function failed(words, again) {
  const retry = again && el('button', { class: 'button small', type: 'button', onclick: again }, 'Try again');
  return el('div', { class: 'failed stack' }, el('p', { role: 'alert' }, words), retry && el('p', {}, retry));
}
