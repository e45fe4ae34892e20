// Puts generated policy sets (stdin, one JSON object a line; see Program.cs) to the official engine and counts differences.
// Compared: decision, determining policies and erring policies of every request, once with policies as text and once as JSON;
// the official JSON form of our text against ours; and that the official engine reads our JSON.
// Usage: node compare.js MODULE-FOLDER SETS < cases      Fewer sets than that, or a difference: exit code 1.
const path = require('path');
const cedar = require(path.join(path.resolve(process.argv[2]), '@cedar-policy/cedar-wasm/nodejs'));
const lines = require('readline').createInterface({ input: process.stdin });
const count = { sets: 0, policies: 0, requests: 0, inexact: 0, allow: 0, reasons: 0, errors: 0, differences: 0 };
const differ = what => { if (count.differences++ < 20) console.error(what); };
const sorted = ids => [...ids].sort().join(',');
const canonical = value => Array.isArray(value) ? value.map(canonical)
  : value && typeof value === 'object' ? Object.fromEntries(Object.keys(value).sort().map(key => [key, canonical(value[key])]))
  : value;
const same = (left, right) => JSON.stringify(canonical(left)) === JSON.stringify(canonical(right));
const isExact = text => !/\d{16,}/.test(text);

function comparePolicies(test) {
  for (const [id, text] of Object.entries(test.texts)) {
    count.policies++;
    const official = cedar.policyToJson(text);
    if (official.type !== 'success') differ(`seed ${test.seed} ${id}: official cannot read ${text}: ${JSON.stringify(official.errors)}`);
    else if (isExact(text) && !same(official.json, test.json[id])) {
      differ(`seed ${test.seed} ${id}: JSON forms differ\n${text}\n${JSON.stringify(official.json)}\n${JSON.stringify(test.json[id])}`);
    }
    const read = cedar.policyToText(test.json[id]);
    if (isExact(text) && read.type !== 'success') differ(`seed ${test.seed} ${id}: official cannot read our JSON: ${JSON.stringify(read.errors)}`);
  }
}

function compareRequests(test, form, policies) {
  for (const [i, { request, exact, decision, reason, errors }] of test.requests.entries()) {
    if (!exact) { count.inexact++; continue; }
    count.requests++;
    const answer = cedar.isAuthorized({ ...request, policies, entities: test.entities });
    if (answer.type !== 'success') { differ(`seed ${test.seed} request ${i} (${form}): ${JSON.stringify(answer.errors)}`); continue; }
    const official = answer.response, got = [decision, sorted(reason), sorted(errors)].join(' | ');
    const expected = [official.decision, sorted(official.diagnostics.reason), sorted(official.diagnostics.errors.map(e => e.policyId))].join(' | ');
    if (got !== expected) differ(`seed ${test.seed} request ${i} (${form}): official ${expected}, we ${got}`);
    count.allow += decision === 'allow';
    count.reasons += reason.length;
    count.errors += errors.length;
  }
}

lines.on('line', line => {
  const test = JSON.parse(line);
  count.sets++;
  comparePolicies(test);
  const links = { templates: test.set.templates, templateLinks: test.set.templateLinks };
  if (isExact(JSON.stringify(test.set))) compareRequests(test, 'json', { staticPolicies: test.json, ...links });
  if (isExact(JSON.stringify(test.set.templates))) compareRequests(test, 'text', { staticPolicies: test.texts, ...links });
});
lines.on('close', () => {
  console.log(`untyped, official ${cedar.getCedarVersion()}: ${count.sets} sets, ${count.policies} policies, ${count.requests} requests (${count.allow} allowed, ${count.reasons} reasons, ${count.errors} errors; ${count.inexact} left out as inexact), ${count.differences} differences`);
  process.exitCode = count.differences === 0 && count.requests > 0 && count.sets === Number(process.argv[3]) ? 0 : 1;
});
