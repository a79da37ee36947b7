import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PATH = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/** False without a browser: such tests are then skipped, unless DRYMESH_REQUIRE_ALL=1 wants every test to run. */
export const HAS_CHROMIUM = existsSync(PATH) || process.env.DRYMESH_REQUIRE_ALL === '1';

/** A browser that asks nothing of the network by itself. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: PATH,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
