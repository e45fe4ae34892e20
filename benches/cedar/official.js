// The official Cedar engine, as WebAssembly in Node, behind one line of JSON each way.
// usage: node official.js FOLDER     FOLDER has @cedar-policy/cedar-wasm installed in it.
// A request is {"op": ..., ...}; the answer is one line, {"fault": text} if the request could not be carried out.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const readline = require('node:readline');
const { createRequire } = require('node:module');
const cedar = createRequire(path.resolve(process.argv[2], 'package.json'))('@cedar-policy/cedar-wasm/nodejs');

const sets = new Map();

function need(answer) {
  if (answer.type !== 'success') throw new Error(JSON.stringify(answer.errors));
  return answer;
}

// Policies are parsed before, as the engine's stateful interface offers; entities belong to the call.
function authorize(id, request) {
  return cedar.statefulIsAuthorized({
    principal: request.principal, action: request.action, resource: request.resource, context: request.context,
    entities: request.entities, preparsedPolicySetId: id,
  });
}

function answer(id, request) {
  const { decision, diagnostics } = need(authorize(id, request)).response;
  return { decision, reasons: diagnostics.reason, errors: diagnostics.errors.map((error) => error.policyId) };
}

const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];

const operations = {
  hello: () => ({ cedar: cedar.getCedarVersion(), language: cedar.getCedarLangVersion(), node: process.version }),

  open({ name, policies, requests }) {
    need(cedar.preparsePolicySet(name, { staticPolicies: fs.readFileSync(policies, 'utf8') }));
    sets.set(name, JSON.parse(fs.readFileSync(requests, 'utf8')));
    return {};
  },

  answers: ({ name }) => ({ answers: sets.get(name).map((request) => answer(name, request)) }),

  // One decision after the other for some seconds, each timed.
  measure({ name, seconds }) {
    const requests = sets.get(name);
    const times = [];
    const cpu = process.cpuUsage();
    const started = process.hrtime.bigint();
    let now = started;
    do {
      const before = now;
      need(authorize(name, requests[times.length % requests.length]));
      now = process.hrtime.bigint();
      times.push(Number(now - before));
    } while (Number(now - started) < seconds * 1e9);
    const used = process.cpuUsage(cpu);
    times.sort((a, b) => a - b);
    return {
      decisions: times.length, seconds: Number(now - started) / 1e9, cpuSeconds: (used.user + used.system) / 1e6,
      p50Nanoseconds: quantile(times, 0.5), p99Nanoseconds: quantile(times, 0.99),
    };
  },

  // One generated case: what validation says of which policy, and what is decided.
  case({ policies, schema, entities, requests }) {
    need(cedar.preparsePolicySet('case', policies));
    const validated = need(cedar.validate({ schema, policies }));
    return {
      invalid: validated.validationErrors.map((error) => error.policyId),
      messages: validated.validationErrors.map((error) => `${error.policyId}: ${error.error.message}`),
      answers: requests.map((request) => answer('case', { ...request, entities })),
    };
  },
};

// Whoever started this ends it, by closing its input.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
readline.createInterface({ input: process.stdin, crlfDelay: Infinity }).on('line', (line) => {
  let out;
  try {
    const request = JSON.parse(line);
    out = operations[request.op](request);
  } catch (error) {
    out = { fault: String(error && error.message ? error.message : error) };
  }
  process.stdout.write(`${JSON.stringify(out)}\n`);
});
