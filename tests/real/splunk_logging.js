// Sends three events in one request by Splunk's own client.
const { Logger } = require("splunk-logging");

const logger = new Logger({ token: process.argv[3], url: process.argv[2], maxBatchCount: 0 });
logger.error = (error) => { console.error(String(error)); process.exitCode = 1; };
for (let number = 0; number < 3; number += 1) {
  logger.send({ message: { number }, metadata: { source: "node", sourcetype: "test", index: "dlp", host: "host" } });
}
logger.flush((error, response, body) => { console.log(JSON.stringify(body)); });
