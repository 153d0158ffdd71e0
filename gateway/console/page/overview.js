// How much was found, of what, where and when; and what happens now.

import { get } from './api.js';
import { bars, columns } from './charts.js';
import { badge, el, empty, panel } from './dom.js';
import { action, change, direction, percent, shortMoment, whole } from './format.js';

export const title = 'Overview';

const tile = (name, figure, beneath) =>
  el('div', { class: 'panel tile' }, el('p', { class: 'name' }, name), el('p', { class: 'figure' }, figure), el('p', { class: 'change' }, beneath));

function feed(live) {
  const list = el('ul', { class: 'feed', tabindex: '0', 'aria-label': 'Live alerts' });
  const pulse = el('span', { class: 'pulse' });
  const told = el('span', { class: 'small muted', role: 'status' });
  const entry = (alert, isFresh) =>
    el('li', { class: isFresh ? 'fresh' : null, data: { alert: alert.alert_id } },
      el('div', { class: 'row' }, badge(alert.severity), el('strong', {}, alert.rule), el('span', { class: 'muted' }, shortMoment(Date.parse(alert.occurred_at)))),
      el('p', {}, alert.message),
      el('p', { class: 'muted' }, [alert.agent_id && `agent ${alert.agent_id}`, alert.queue_id && `queue ${alert.queue_id}`, alert.channel].filter(Boolean).join(' · ')));
  const draw = (fresh) => {
    const entries = live.alerts.map((alert) => entry(alert, alert === fresh));
    list.replaceChildren(...(entries.length ? entries : [el('li', { class: 'muted' }, 'Quiet since you opened this page.')]));
  };
  const state = () => {
    pulse.dataset.live = String(live.isLive);
    told.replaceChildren(pulse, live.isLive ? 'live' : 'reconnecting …');
  };
  live.addEventListener('alert', (event) => list.isConnected && draw(event.detail));
  live.addEventListener('state', state);
  draw();
  state();
  return panel('Alerts now', list, told);
}

let feedPanel = null; // kept over redraws, so that it neither loses its place nor its listeners

export async function draw(state) {
  const found = await get('/console/api/overview', state.asked());
  const { totals, before, by } = found;
  feedPanel ??= feed(state.live);
  const chart = (heading, name, options = {}) =>
    panel(heading, by[name].length ? bars(by[name], { pick: (value) => state.pick(options.filter ?? name, value), ...options }) : empty('Nothing in this period.'));
  return [
    el('div', { class: 'tiles' },
      tile('Violations', whole(totals.violations), change(totals.violations, before.violations)),
      tile('Messages judged', whole(totals.messages), change(totals.messages, before.messages)),
      tile('With a value taken out', percent(totals.redacted, totals.messages), `${whole(totals.redacted)} messages`),
      tile('Conversations concerned', whole(totals.conversations), change(totals.conversations, before.conversations)),
      tile('Dead letters waiting', whole(found.open_dead_letters), found.open_dead_letters ? 'somebody has to look' : 'nothing to do')),
    el('div', { class: 'split' }, panel('Violations over time', totals.violations ? columns(found.over_time) : empty('No violation in this period.')), feedPanel),
    el('div', { class: 'grid' },
      chart('By rule', 'rule'), chart('By agent', 'agent'),
      chart('By severity', 'severity', { severity: true, label: (name) => name.charAt(0) + name.slice(1).toLowerCase() }),
      chart('By channel', 'channel'), chart('By direction', 'direction', { label: direction }),
      chart('By what was done', 'action', { label: action, pick: null })),
  ];
}
