/*
 * A guest of Web Messaging: one session over a socket that comes back by itself, its history, and its files.
 * Speaks Genesys's own protocol, so it knows nothing of who stands between.
 *
 * Events: "state" {state}, "restored" {messages}, "message" {body, tracingId}, "refused" {tracingId, code, retryAfter},
 * "over" {reason}, "file" {id, code}.
 */

const STORED = "cordon.chat.token";
const FIRST_WAIT = 500, LONGEST_WAIT = 15_000, GIVE_UP = 300_000, TYPING_EVERY = 5_000, UPLOAD_PATIENCE = 30_000;
const EXPIRED = [4006, 4007];

/** The session's secret, for as long as this tab is open: a shared computer remembers nothing. */
const keep = {
  get() { try { return sessionStorage.getItem(STORED); } catch { return null; } },
  set(token) { try { token ? sessionStorage.setItem(STORED, token) : sessionStorage.removeItem(STORED); } catch { /* private mode */ } }
};

export class Guest extends EventTarget {
  constructor(deploymentId) {
    super();
    this.deploymentId = deploymentId;
    this.token = keep.get();
    this.isReady = false;
    this.waiting = [];
    this.answers = new Map();
    this.files = new Map();
    this.lastTyping = 0;
    addEventListener("online", () => this.socket === null && this.isWanted && this.connect());
  }

  start() {
    this.isWanted = true;
    this.lostAt = Date.now();
    this.wait = FIRST_WAIT;
    if (!this.token) { this.token = crypto.randomUUID(); keep.set(this.token); }
    this.connect();
  }

  connect() {
    clearTimeout(this.timer);
    this.tell("state", { state: this.hasBeen ? "offline" : "connecting" });
    const url = location.origin.replace("http", "ws") + "/v1?deploymentId=" + encodeURIComponent(this.deploymentId);
    const socket = this.socket = new WebSocket(url);
    socket.onopen = () => this.send("configureSession", { deploymentId: this.deploymentId, startNew: false });
    socket.onmessage = (event) => socket === this.socket && this.take(JSON.parse(event.data));
    socket.onclose = () => socket === this.socket && this.lost();
  }

  lost() {
    this.socket = null;
    this.isReady = false;
    if (!this.isWanted) return;
    const isLate = Date.now() - this.lostAt > (this.hasBeen ? GIVE_UP : 4 * FIRST_WAIT);
    this.tell("state", { state: isLate ? "unavailable" : this.hasBeen ? "offline" : "connecting" });
    if (isLate && this.hasBeen) { this.isWanted = false; return; }
    this.timer = setTimeout(() => this.connect(), this.wait * (0.5 + Math.random() / 2));
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
  }

  /* --- what the guest does --- */

  say(text) { return this.message({ type: "Text", text }); }

  choose(text, payload) {
    const buttonResponse = { type: "QuickReply", text, payload };
    return this.message({ type: "Structured", text, content: [{ contentType: "ButtonResponse", buttonResponse }] });
  }

  message(message) {
    const tracingId = crypto.randomUUID();
    this.post("onMessage", { message: { ...message, metadata: { id: crypto.randomUUID() } }, tracingId });
    return tracingId;
  }

  typing() {
    if (!this.isReady || Date.now() - this.lastTyping < TYPING_EVERY) return;
    this.lastTyping = Date.now();
    this.send("onMessage", { message: { type: "Event", events: [{ eventType: "Typing", typing: { type: "On" } }] } });
  }

  /** Send a file, then the message that shows it; its id. */
  upload(file) {
    const id = crypto.randomUUID();
    const timer = setTimeout(() => this.fileEnded(id, 5000), UPLOAD_PATIENCE);
    this.files.set(id, { file, timer });
    this.post("onAttachment", { attachmentId: id, fileName: file.name, fileType: file.type || "text/plain", fileSize: file.size, errorsAsJson: true });
    return id;
  }

  /** End the conversation for good and forget it. */
  end(reason = "over") {
    if (this.isReady) this.send("closeSession", { closeAllConnections: true });
    this.leave();
    this.tell("over", { reason });
  }

  leave() {
    this.isWanted = this.isReady = this.hasBeen = false;
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    if (socket) socket.close(1000);
    this.token = null;
    keep.set(null);
    this.waiting = [];
  }

  /* --- what Genesys says --- */

  take(frame) {
    const { body, tracingId } = frame;
    const answered = tracingId && this.answers.get(tracingId);
    if (answered) { this.answers.delete(tracingId); answered(frame); }
    switch (frame.class) {
      case "SessionResponse": return this.joined(body);
      case "StructuredMessage": return this.tell("message", { body, tracingId });
      case "PresignedUrlResponse": return this.put(body);
      case "UploadSuccessEvent": return this.fileEnded(body.attachmentId, 0);
      case "UploadFailureEvent": case "GenerateUrlError": return this.fileEnded(body.attachmentId, body.errorCode);
      case "TooManyRequestsErrorMessage": return this.tell("refused", { tracingId, code: 429, retryAfter: body.retryAfter });
      case "SessionExpiredEvent": this.leave(); return this.tell("over", { reason: "expired" });
      case "SessionClearedEvent": case "LogoutEvent": this.leave(); return this.tell("over", { reason: "over" });
      case "string":
        if (EXPIRED.includes(frame.code)) { this.leave(); return this.tell("over", { reason: "expired" }); }
        if (frame.code !== 200) this.tell("refused", { tracingId, code: frame.code });
    }
  }

  async joined(body) {
    if (!body.connected) return;
    this.isReady = this.hasBeen = true;
    this.lostAt = Infinity;
    this.wait = FIRST_WAIT;
    this.tell("state", { state: "online" });
    if (body.newSession) {
      this.send("onMessage", { message: { type: "Event", events: [{ eventType: "Presence", presence: { type: "Join" } }] } });
    } else {
      this.tell("restored", { messages: await this.history() });
      if (body.readOnly) { this.leave(); this.tell("over", { reason: "over" }); }
    }
    this.waiting.splice(0).forEach((frame) => this.write(frame));
    if (this.socket) this.socket.addEventListener("close", () => { this.lostAt = Date.now(); }, { once: true });
  }

  /** Every message so far, oldest first; an empty list when there is none to be had. */
  async history() {
    const answer = await this.ask("getJwt");
    if (!answer || answer.class !== "JwtResponse") return [];
    const headers = { Authorization: "bearer " + answer.body.jwt };
    try {
      const found = await fetch("/api/v2/webmessaging/messages?pageSize=100", { headers });
      return found.ok ? (await found.json()).entities.reverse() : [];
    } catch { return []; }
  }

  async put(body) {
    const waiting = this.files.get(body.attachmentId);
    if (!waiting) return;
    try {
      const answer = await fetch(body.url, { method: "PUT", headers: body.headers, body: waiting.file });
      if (!answer.ok) this.fileEnded(body.attachmentId, 4003);
    } catch { this.fileEnded(body.attachmentId, 5000); }
  }

  fileEnded(id, code) {
    const waiting = this.files.get(id);
    if (!waiting) return;
    clearTimeout(waiting.timer);
    this.files.delete(id);
    this.tell("file", { id, code });
    if (!code) this.message({ type: "Text", text: "", content: [{ contentType: "Attachment", attachment: { id } }] });
  }

  /* --- frames --- */

  ask(action) {
    const tracingId = crypto.randomUUID();
    return new Promise((resolve) => {
      this.answers.set(tracingId, resolve);
      setTimeout(() => { this.answers.delete(tracingId); resolve(null); }, 10_000);
      this.send(action, { tracingId });
    });
  }

  /** Send now, or as soon as there is a session again. */
  post(action, fields) {
    const frame = { action, ...fields };
    this.isReady ? this.write(frame) : this.waiting.push(frame);
  }

  send(action, fields) { this.write({ action, ...fields }); }

  write(frame) {
    if (this.socket && this.socket.readyState === WebSocket.OPEN) {
      this.socket.send(JSON.stringify({ tracingId: crypto.randomUUID(), ...frame, token: this.token }));
    }
  }

  tell(name, detail) { this.dispatchEvent(new CustomEvent(name, { detail })); }
}
