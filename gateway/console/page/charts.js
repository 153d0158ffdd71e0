// Charts that a person can read: few marks, labelled axes, and the figures behind each as a table.

import { el, svg } from './dom.js';
import { SEVERITIES, axisMoment, moment, whole } from './format.js';

const HEIGHT = 240;
const EDGE = { top: 8, right: 8, bottom: 24, left: 40 };

/** Horizontal bars; a bar's name can be picked to filter by it. */
export function bars(rows, { label = (name) => name, pick, severity = false } = {}) {
  const most = Math.max(1, ...rows.map((row) => row.count));
  return el('ul', { class: 'bars' }, rows.map((row) => {
    const words = row.name === null ? `${whole(row.others)} others` : label(row.name);
    const name = pick && row.name !== null
      ? el('button', { type: 'button', class: 'name', title: `Show ${words} only`, onclick: () => pick(row.name) }, words)
      : el('span', { class: 'name', title: words }, words);
    const bar = el('span', { class: 'fill', data: severity && row.name ? { severity: row.name.toLowerCase() } : {} });
    bar.style.width = `${(100 * row.count) / most}%`;
    return el('li', {}, name, el('span', { class: 'track', 'aria-hidden': 'true' }, bar), el('span', { class: 'count' }, whole(row.count)));
  }));
}

/** A round number at or above the greatest value, for the top of the axis. */
function ceiling(value) {
  if (value <= 4) return 4;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 5, 10].map((factor) => factor * power).find((round) => round >= value);
}

function frame(width, top, starts, bucket) {
  const inner = { width: width - EDGE.left - EDGE.right, height: HEIGHT - EDGE.top - EDGE.bottom };
  const y = (value) => EDGE.top + inner.height * (1 - value / top);
  const x = (number) => EDGE.left + (inner.width * number) / starts.length;
  const marks = [];
  for (let step = 0; step <= 4; step += 1) {
    const value = (top * step) / 4;
    marks.push(svg('line', { class: step ? 'grid-line' : 'axis', x1: EDGE.left, x2: width - EDGE.right, y1: y(value), y2: y(value) }));
    marks.push(svg('text', { x: EDGE.left - 6, y: y(value) + 4, 'text-anchor': 'end' }, Number.isInteger(value) ? whole(value) : value.toFixed(1)));
  }
  const every = Math.max(1, Math.ceil(starts.length / Math.max(2, Math.floor(inner.width / 95))));
  starts.forEach((start, number) => {
    if (number % every === 0) marks.push(svg('text', { x: x(number), y: HEIGHT - 6 }, axisMoment(start, bucket)));
  });
  return { x, y, inner, marks };
}

/** Redraws when the room changes, so that text keeps its size. */
function responsive(label, draw) {
  const figure = svg('svg', { class: 'chart', role: 'img', 'aria-label': label });
  const redraw = (width) => {
    figure.setAttribute('viewBox', `0 0 ${width} ${HEIGHT}`);
    figure.replaceChildren(...draw(width));
  };
  redraw(640);
  let last = 640;
  new ResizeObserver(([entry]) => {
    const width = Math.round(entry.contentRect.width);
    if (width > 0 && width !== last) redraw((last = width));
  }).observe(figure);
  return figure;
}

function figures(heads, rows) {
  return el('details', { class: 'figures' }, el('summary', {}, 'Show the figures'),
    el('div', { class: 'scrolls', tabindex: '0', role: 'region', 'aria-label': 'Figures' },
      el('table', { class: 'data' }, el('thead', {}, el('tr', {}, heads.map((head) => el('th', { scope: 'col' }, head)))),
        el('tbody', {}, rows.map((row) => el('tr', {}, row.map((cell) => el('td', {}, cell))))))));
}

/** Columns over time, stacked by severity. */
export function columns({ bucket_ms: bucket, buckets }) {
  const totals = buckets.map((one) => SEVERITIES.reduce((sum, name) => sum + (one[name] ?? 0), 0));
  const starts = buckets.map((one) => one.start_ms);
  const all = totals.reduce((sum, value) => sum + value, 0);
  const top = ceiling(Math.max(...totals, 0));
  const chart = responsive(`Violations over time: ${whole(all)} in ${buckets.length} steps, at most ${whole(Math.max(...totals, 0))} in one`, (width) => {
    const { x, y, inner, marks } = frame(width, top, starts, bucket);
    const room = inner.width / buckets.length;
    const stacks = buckets.map((one, number) => {
      let below = 0;
      const parts = [...SEVERITIES].reverse().filter((name) => one[name]).map((name) => {
        const from = below;
        below += one[name];
        return svg('rect', { class: name.toLowerCase(), x: x(number) + room * 0.12, width: room * 0.76, y: y(below), height: Math.max(y(from) - y(below), 1) });
      });
      const told = SEVERITIES.filter((name) => one[name]).map((name) => `${name.toLowerCase()} ${one[name]}`).join(', ');
      return parts.length ? svg('g', { class: 'column' }, svg('title', {}, `${moment(one.start_ms)}: ${told}`), parts) : null;
    });
    return [...marks, ...stacks.filter(Boolean)];
  });
  const legend = el('p', { class: 'legend' }, SEVERITIES.map((name) => el('span', {}, el('i', { class: name.toLowerCase() }), name.charAt(0) + name.slice(1).toLowerCase())));
  const rows = buckets.map((one) => [moment(one.start_ms), ...SEVERITIES.map((name) => whole(one[name] ?? 0))]);
  return [chart, legend, figures(['From', ...SEVERITIES.map((name) => name.toLowerCase())], rows)];
}

/** A line over days. */
export function line(points, { label, unit }) {
  const starts = points.map((one) => one.start_ms);
  const top = ceiling(Math.max(...points.map((one) => one.value), 0));
  const chart = responsive(label, (width) => {
    const { x, y, inner, marks } = frame(width, top, starts, 86_400_000);
    const half = inner.width / points.length / 2;
    const places = points.map((one, number) => [x(number) + half, y(one.value)]);
    const path = places.map(([px, py], number) => `${number ? 'L' : 'M'}${px.toFixed(1)} ${py.toFixed(1)}`).join('');
    const dots = places.map(([px, py], number) =>
      svg('circle', { class: 'dot', cx: px, cy: py, r: 3 }, svg('title', {}, `${axisMoment(starts[number], 86_400_000)}: ${points[number].value.toFixed(1)} ${unit}`)));
    return [...marks, svg('path', { class: 'line', d: path }), ...dots];
  });
  return [chart, figures(['Day', unit], points.map((one) => [axisMoment(one.start_ms, 86_400_000), one.value.toFixed(1)]))];
}
