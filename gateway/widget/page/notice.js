// The blocking notice: what was found, why it may not go, and the ways on. It is a modal dialog, so the keyboard and a
// screen reader stay in it; Escape is the same as Edit.

import { badge, el } from '/console/assets/dom.js';

const UNSWAPPABLE = new Set(['card_security_code', 'card_pin', 'card_track', 'password', 'one_time_code']);
const CAPTURABLE = new Set(['payment_card', 'card_expiry', 'us_ssn', 'us_itin', 'br_cpf', 'br_cnpj', 'iban', 'bank_account', 'es_dni', 'medical_record_number', 'date_of_birth', 'email_address', 'phone_number']);

/** One entry for each rule, whatever number of values it found. */
const byRule = (findings) => [...new Map(findings.map((one) => [one.rule, one])).values()];

/**
 * Ask the agent. Resolves to {choice, reason?}: redacted, edit, cancel, token, capture or override.
 */
export function ask(dialog, words, { findings, redacted }) {
  const held = byRule(findings.filter((one) => one.blocks));
  const mayOverride = held.length > 0 && held.every((one) => one.may_override);
  const maySwap = held.some((one) => !UNSWAPPABLE.has(one.entity));
  const capturable = held.filter((one) => CAPTURABLE.has(one.entity)).map((one) => one.entity);

  return new Promise((resolve) => {
    const answer = (choice, more = {}) => {
      dialog.removeEventListener('cancel', escape);
      dialog.close();
      resolve({ choice, entities: capturable, rules: held.map((one) => one.rule), ...more });
    };
    const escape = (event) => {
      event.preventDefault();
      answer('edit');
    };
    const button = (label, choice, kind = '') => el('button', { class: `button ${kind}`, type: 'button', data: { choice }, onclick: () => answer(choice) }, label);
    const reasons = held.map((one) => {
      const { name, why } = words.coach(one);
      return el('li', { data: { rule: one.rule } }, el('span', { class: 'row' }, el('strong', {}, name), badge(one.severity)), el('span', { class: 'small' }, why));
    });
    const title = el('h2', { id: 'notice-title', tabindex: '-1' }, words.noticeTitle);
    dialog.replaceChildren(el('div', { class: 'stack' },
      title,
      el('p', { id: 'notice-lead' }, words.noticeLead),
      el('ul', { class: 'reasons' }, reasons),
      el('div', { class: 'field' }, el('p', { class: 'small muted' }, words.redactedTitle), el('p', { class: 'clean-text', id: 'redacted' }, redacted)),
      el('div', { class: 'choices' }, button(words.sendRedacted, 'redacted', 'primary'), button(words.edit, 'edit'), button(words.cancel, 'cancel', 'quiet')),
      maySwap || capturable.length
        ? el('div', { class: 'choices' }, maySwap ? button(words.swap, 'token') : null, capturable.length ? button(words.capture, 'capture') : null)
        : null,
      mayOverride ? override(words, answer) : null));
    dialog.addEventListener('cancel', escape);
    dialog.showModal();
    title.focus();
  });
}

function override(words, answer) {
  const reason = el('input', { class: 'input', id: 'override-reason', maxlength: '500', autocomplete: 'off', 'aria-describedby': 'override-hint override-error' });
  const wrong = el('p', { class: 'error', id: 'override-error', role: 'alert' });
  const go = () => {
    if (reason.value.trim().length >= 3) return answer('override', { reason: reason.value.trim() });
    wrong.textContent = words.needReason;
    reason.setAttribute('aria-invalid', 'true');
    return reason.focus();
  };
  return el('details', { class: 'more' }, el('summary', {}, words.overrideTitle),
    el('div', { class: 'field' }, el('label', { for: 'override-reason' }, words.reason), reason,
      el('p', { class: 'hint', id: 'override-hint' }, words.overrideHint), wrong,
      el('button', { class: 'button danger', type: 'button', data: { choice: 'override' }, onclick: go }, words.override)));
}
