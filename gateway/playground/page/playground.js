// Tries a text as it is typed, and shows what every rule makes of it.

import { get, post } from '/console/assets/api.js';
import { badge, el, empty, failed, table } from '/console/assets/dom.js';
import { action, words } from '/console/assets/format.js';

const PAUSE = 250;
const SAMPLE = `Hi, I'm Maria Souza. My card is 4539 1488 0343 6467, exp 09/28, cvv 123.
My CPF is 529.982.247-25 and you can write to maria.souza@example.com.
The order is 4539 1488 0343 6468, see DOC-2024-FIN-0042.`;
const at = (id) => document.getElementById(id);

/** The text in code points, as the offsets count them, with each value marked. */
function marked(text, findings) {
  const points = [...text];
  const pieces = [];
  let place = 0;
  for (const one of findings) {
    pieces.push(points.slice(place, one.start).join(''));
    pieces.push(el('mark', { data: { severity: one.severity.toLowerCase() }, title: `${one.rule}: ${action(one.action)}` }, points.slice(one.start, one.end).join('')));
    place = one.end;
  }
  return el('p', { class: 'shown' }, pieces, points.slice(place).join(''));
}

function report(findings) {
  return el('div', { class: 'panel flush' }, table([
    ['Rule', (row) => el('strong', {}, row.rule)],
    ['Severity', (row) => badge(row.severity)],
    ['Finds', (row) => row.description || words(row.entity)],
    ['Why', (row) => row.reasons.join(', ') || 'pattern'],
    ['Sure to', (row) => `${Math.round(row.score * 100)} %`],
    ['Done', (row) => action(row.action)],
    ['Message', (row) => (row.blocks ? 'is held until it is out' : 'is not delayed')],
  ], findings, { caption: 'Findings, in order' }));
}

let turn = 0;

async function attempt() {
  const mine = (turn += 1);
  const text = at('text').value;
  if (!text) {
    at('result').replaceChildren(empty('Type or paste a text: the answer stands here.'));
    at('table').replaceChildren();
    at('speed').textContent = '';
    return;
  }
  at('result').classList.add('loading');
  try {
    const found = await post('/playground/api/scan', { text, policy: at('policy').value, direction: at('direction').value, channel: at('channel').value });
    if (mine !== turn) return;
    at('speed').textContent = `${found.microseconds < 1000 ? `${found.microseconds} µs` : `${(found.microseconds / 1000).toFixed(1)} ms`} · ${found.rules} rules · policy ${found.version}`;
    at('result').replaceChildren(el('div', { class: 'stack' },
      found.is_clean ? el('p', { class: 'notice', data: { kind: 'good' } }, 'Nothing found.') : marked(text, found.findings),
      el('h3', { class: 'small muted' }, 'As it would go on'), el('p', { class: 'shown' }, found.redacted_text)));
    at('table').replaceChildren(...(found.is_clean ? [] : [report(found.findings)]));
  } catch (error) {
    if (mine === turn) at('result').replaceChildren(failed(error.message, attempt));
  } finally {
    if (mine === turn) at('result').classList.remove('loading');
  }
}

let waiting = null;
const soon = () => {
  clearTimeout(waiting);
  waiting = setTimeout(attempt, PAUSE);
};

at('form').addEventListener('submit', (event) => {
  event.preventDefault();
  attempt();
});
at('text').addEventListener('input', soon);
for (const id of ['policy', 'direction', 'channel']) at(id).addEventListener('change', attempt);
at('sample').addEventListener('click', () => {
  at('text').value = SAMPLE;
  attempt();
});

get('/playground/api/policies').then(({ policies }) => {
  at('policy').replaceChildren(...policies.map((name) => el('option', { value: name }, name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' '))));
}).catch((error) => at('result').replaceChildren(failed(error.message)));
