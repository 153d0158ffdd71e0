// What could not be processed. It is sealed: nobody reads it here. Administrators send it on its way again, or give it up.

import { get, post } from './api.js';
import { el, empty, table } from './dom.js';
import { moment, whole, words } from './format.js';

export const title = 'Dead letters';
export const filters = [];

function resolver(state, chosen) {
  const told = el('p', { class: 'small', role: 'status', 'aria-live': 'polite' });
  const reason = el('input', { class: 'input', id: 'dead-reason', maxlength: '500', placeholder: 'Stands in the audit trail', autocomplete: 'off' });
  const act = async (resolution) => {
    if (!chosen.size) return void (told.textContent = 'Choose letters first.');
    if (reason.value.trim().length < 3) return void (told.textContent = 'Say why, in a few words.', reason.focus());
    told.textContent = 'Working …';
    try {
      const places = [...chosen].map((place) => place.split('-').map(Number));
      const { resolved } = await post('/console/api/deadletters', { places, resolution, reason: reason.value.trim() });
      told.textContent = `${whole(resolved)} ${resolution}.`;
      setTimeout(() => state.refresh(), 1200);
    } catch (error) {
      told.textContent = error.message;
    }
  };
  return el('div', { class: 'panel row decide' },
    el('div', { class: 'field grow' }, el('label', { for: 'dead-reason' }, 'Reason'), reason),
    el('button', { class: 'button primary', type: 'button', onclick: () => act('replayed') }, 'Replay chosen'),
    el('button', { class: 'button danger', type: 'button', onclick: () => act('dropped') }, 'Give up chosen'), told);
}

export async function draw(state) {
  const { letters } = await get('/console/api/deadletters', { everything: true });
  if (!letters.length) return empty('No dead letters. Everything could be processed.');
  const isAdmin = state.may('admin');
  const chosen = new Set();
  const box = (row) => {
    const place = `${row.partition}-${row.offset}`;
    return row.resolution ? '' : el('input', { type: 'checkbox', 'aria-label': `Choose ${place}`, onchange: (event) => (event.target.checked ? chosen.add(place) : chosen.delete(place)) });
  };
  const columns = [
    ...(isAdmin ? [['Choose', box, 'tight']] : []),
    ['Put aside', (row) => moment(row.put_aside_ms), 'tight'],
    ['Stage', (row) => row.stage],
    ['Why', (row) => `${words(row.reason)}${row.detail ? ` (${row.detail})` : ''}`],
    ['From', (row) => `${row.topic} [${row.origin_partition}] @ ${row.origin_offset}`],
    ['Size', (row) => `${whole(row.bytes)} B, sealed`, 'tight'],
    ['State', (row) => row.resolution ? el('span', { class: 'badge', data: { kind: 'good' } }, row.resolution) : el('span', { class: 'badge', data: { severity: 'medium' } }, 'waits'), 'tight'],
  ];
  return el('div', { class: 'stack' }, isAdmin ? resolver(state, chosen) : null,
    el('section', { class: 'panel flush' }, table(columns, letters, { caption: 'Dead letters, the newest first' })));
}
