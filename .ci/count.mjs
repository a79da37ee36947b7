// Adds up what vitest's JSON reporter wrote into the files given, in one line. A suite that wrote nothing, or a test
// file that could not be loaded, counts as a failed test. Exits 1 when anything failed.
import { readFileSync } from 'node:fs';

const sum = { passed: 0, failed: 0, skipped: 0 };
for (const file of process.argv.slice(2)) {
  const { passed, failed, skipped } = countsOf(file);
  sum.passed += passed;
  sum.failed += failed;
  sum.skipped += skipped;
}
console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exitCode = sum.failed > 0 ? 1 : 0;

function countsOf(file) {
  try {
    const { testResults, ...totals } = JSON.parse(readFileSync(file, 'utf8'));
    const unloaded = testResults.filter(
      ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
    );
    return {
      passed: totals.numPassedTests,
      failed: totals.numFailedTests + unloaded.length,
      skipped: totals.numPendingTests + totals.numTodoTests,
    };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
