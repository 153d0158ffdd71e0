// Shows /openapi.json. Keys that are typed in for a trial stay in this page's memory.
"use strict";

SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#contract",
  deepLinking: true,
  persistAuthorization: false,
  validatorUrl: null, // nobody else is told what this deployment offers
});
