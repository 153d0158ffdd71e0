// Alerts as they come. The browser resumes by itself after an outage, by the id of the last event.

const KEPT = 60;

export class LiveAlerts extends EventTarget {
  constructor() {
    super();
    this.alerts = [];
    this.isLive = false;
    this.source = new EventSource('/v1/alerts?audience=supervisor');
    this.source.addEventListener('open', () => this.#tell(true));
    this.source.addEventListener('error', () => this.#tell(false));
    this.source.addEventListener('alert', (event) => {
      const alert = JSON.parse(event.data);
      this.alerts = [alert, ...this.alerts.filter((one) => one.alert_id !== alert.alert_id)].slice(0, KEPT);
      this.dispatchEvent(new CustomEvent('alert', { detail: alert }));
    });
  }

  #tell(isLive) {
    this.isLive = isLive;
    this.dispatchEvent(new Event('state'));
  }
}
