// Figures and times as people read them, in the browser's own language and zone.

const WHOLE = new Intl.NumberFormat();
const PERCENT = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 });
const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const SHORT = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });
const CLOCK = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' });
const HOUR = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });

export const whole = (value) => WHOLE.format(value);
export const percent = (part, of) => (of ? PERCENT.format(part / of) : '–');
export const moment = (milliseconds) => MOMENT.format(milliseconds);
export const shortMoment = (milliseconds) => SHORT.format(milliseconds);
export const clock = (milliseconds) => CLOCK.format(milliseconds);
export const axisMoment = (milliseconds, bucket) => (bucket >= 86_400_000 ? DAY : bucket >= 3_600_000 * 3 ? SHORT : HOUR).format(milliseconds);

export const SEVERITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'];

const ACTIONS = { redact: 'redacted', mask: 'masked', tokenize: 'swapped for a token', block: 'message withheld', alert: 'left, supervisor told', allow: 'left, counted' };
/** A masked value, its run of mask characters cut short. */
export const preview = (masked) => masked.replace(/\*{4,}/g, '••••') || '••••';
export const action = (name) => ACTIONS[name] ?? name;
export const direction = (name) => ({ INBOUND: 'From customer', OUTBOUND: 'From agent' })[name] ?? name;
export const words = (name) => name.replaceAll('_', ' ');

/** How a figure moved against the period before. */
export function change(now, before) {
  if (!before) return now ? 'none in the period before' : 'as in the period before';
  const share = (now - before) / before;
  if (share > 9) return 'more than ten times the period before';
  if (Math.abs(share) < 0.005) return 'as in the period before';
  return `${share > 0 ? '▲' : '▼'} ${PERCENT.format(Math.abs(share))} on the period before`;
}
