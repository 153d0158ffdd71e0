/* What stands in the log: messages in the order of their times, with what is said about each. Text only, never markup. */

const SVG = "http://www.w3.org/2000/svg";
const SHIELD = "M12 3l7 3v5.500c0 4.500-3 7.800-7 9.500-4-1.700-7-5-7-9.500V6z M9 12l2.200 2.200L15.500 10";

export const $ = (id) => document.getElementById(id);

/** An element with attributes and children; strings become text. */
export function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

function shield() {
  const svg = document.createElementNS(SVG, "svg"), path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("width", "18");
  svg.setAttribute("height", "18");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", SHIELD);
  svg.append(path);
  return svg;
}

export class Log {
  /** `choose(text, payload)` and `again(tracingId)` are called when the guest presses a button. */
  constructor({ choose, again }) {
    this.choose = choose;
    this.again = again;
    this.entries = new Map();
  }

  speak(words, language) {
    this.words = words;
    this.clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
    for (const entry of this.entries.values()) this.draw(entry);
  }

  clear() {
    this.entries.clear();
    $("messages").replaceChildren();
  }

  /** The guest has written something that is not confirmed yet. */
  pending(tracingId, text) {
    this.put({ key: tracingId, from: "guest", text, time: new Date().toISOString(), status: "sending" });
  }

  /** A message as the service has it: the echo of the guest's own takes the place of what was pending. */
  add(body, tracingId) {
    if (body.type === "Event" || this.entries.has(body.id)) return;
    const pending = tracingId && this.entries.get(tracingId);
    const isGuest = body.direction === "Inbound", metadata = body.metadata || {};
    if (pending) this.entries.delete(tracingId);
    this.put({
      key: body.id,
      item: pending ? pending.item : undefined,
      from: isGuest ? "guest" : "service",
      name: isGuest ? "" : body.channel?.from?.nickname,
      isBot: body.originatingEntity === "Bot",
      text: body.text || "",
      content: body.content || [],
      time: body.channel?.time || new Date().toISOString(),
      status: "sent",
      removed: Number(metadata.cordonRemoved || 0),
      entities: (metadata.cordonEntities || "").split(",").filter(Boolean)
    });
    if (isGuest) for (const entry of this.entries.values()) this.drop(entry, "choices");
  }

  failed(tracingId, reason, canRepeat) {
    const entry = this.entries.get(tracingId);
    if (entry) this.draw(Object.assign(entry, { status: "failed", reason, canRepeat }));
    return Boolean(entry);
  }

  textOf(tracingId) { return this.entries.get(tracingId)?.text || ""; }

  remove(tracingId) {
    this.entries.get(tracingId)?.item.remove();
    this.entries.delete(tracingId);
  }

  /** Whatever is still on its way did not arrive. */
  strand() {
    for (const entry of this.entries.values()) if (entry.status === "sending") this.failed(entry.key, "failed", true);
  }

  note(sentence) { $("messages").append(make("li", { class: "event" }, sentence)); this.scroll(); }

  put(entry) {
    entry.item ||= make("li", { class: "message" });
    this.entries.set(entry.key, entry);
    this.draw(entry);
    const after = [...this.entries.values()].filter((other) => other !== entry && other.time > entry.time && other.item.isConnected);
    after.sort((one, other) => (one.time < other.time ? -1 : 1));
    if (!entry.item.isConnected || after.length) $("messages").insertBefore(entry.item, after[0]?.item || null);
    this.mark(entry.item);
    this.scroll();
  }

  /** Who speaks is named where a turn begins, and the time stands where it ends. */
  mark(item) {
    for (const one of [item, item.nextElementSibling, item.previousElementSibling]) {
      if (!one) continue;
      const { author, time } = one.dataset, next = one.nextElementSibling?.dataset;
      one.toggleAttribute("data-turn", one.previousElementSibling?.dataset.author !== author);
      one.toggleAttribute("data-more", Boolean(next) && next.author === author && next.time === time);
    }
  }

  scroll() { $("log").scrollTop = $("log").scrollHeight; }

  drop(entry, part) { entry.item.querySelector("." + part)?.remove(); entry.isAnswered = true; }

  draw(entry) {
    const { words } = this, { item } = entry;
    item.dataset.from = entry.from;
    item.dataset.status = entry.status;
    const author = entry.from === "guest" ? words.you : entry.name || (entry.isBot ? words.bot : words.agent);
    item.dataset.author = author;
    item.dataset.time = this.clock.format(new Date(entry.time));
    item.replaceChildren(
      make("span", { class: entry.from === "guest" ? "unseen" : "author" }, author),
      ...(entry.text ? [make("div", { class: "bubble" }, entry.text)] : []),
      ...(entry.content || []).map((part) => this.part(part)).filter(Boolean),
      ...(entry.removed ? [this.shielded(entry)] : []),
      this.foot(entry),
      ...this.choicesOf(entry)
    );
  }

  shielded({ from, entities }) {
    const sentence = from === "guest" ? this.words.protected : this.words.protectedReply;
    return make("p", { class: "protected" }, shield(), make("span", {}, this.words.fill(sentence, this.words.named(entities))));
  }

  foot(entry) {
    const { words } = this;
    const status = { sending: words.sending, failed: words[entry.reason] || words.failed, sent: entry.from === "guest" ? words.sent : "" }[entry.status];
    const foot = make("p", { class: "foot" }, make("time", { datetime: entry.time }, entry.item.dataset.time), status ? make("span", {}, status) : null);
    if (entry.status === "failed" && entry.canRepeat) {
      foot.append(make("button", { type: "button", class: "button small", click: () => this.again(entry.key) }, words.again));
    }
    return foot;
  }

  part(part) {
    if (part.attachment?.url) {
      const name = part.attachment.filename || this.words.file;
      return make("div", { class: "bubble" }, make("a", { class: "file", href: part.attachment.url, download: name, rel: "noopener" }, name));
    }
    if (part.attachment) return make("div", { class: "bubble" }, part.attachment.filename || this.words.file);
    const cards = part.card ? [part.card] : part.carousel?.cards || [];
    return cards.length ? make("div", { class: "stack" }, ...cards.map((card) => this.card(card))) : null;
  }

  card(card) {
    return make("div", { class: "card" }, make("strong", {}, card.title || ""), card.description ? make("span", {}, card.description) : null,
      make("div", { class: "choices" }, ...(card.actions || []).map((action) => this.choice(action.text, action.payload))));
  }

  choicesOf(entry) {
    const offered = (entry.content || []).flatMap((part) => part.quickReply || part.quickReplyV2?.options || []);
    if (!offered.length || entry.isAnswered) return [];
    return [make("div", { class: "choices", role: "group", "aria-label": entry.text }, ...offered.map((one) => this.choice(one.text, one.payload)))];
  }

  choice(text, payload) {
    return make("button", { type: "button", class: "button small", click: () => this.choose(text, payload) }, text);
  }
}
