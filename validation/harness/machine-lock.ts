import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Everybody's pods have the same loopback addresses, and measuring wants a machine to itself. */
const ADDRESS = { host: '127.255.255.253', port: 15_999 };

/** Waits until no other measuring goes on; held until this process ends. */
export async function lockMachine(onWait: () => void): Promise<void> {
  for (let isFirst = true; ; isFirst = false) {
    if (await listens()) return;
    if (isFirst) onWait();
    await sleep(1000);
  }
}

function listens(): Promise<boolean> {
  const server: Server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(error);
    });
    server.listen(ADDRESS, () => {
      server.unref();
      resolve(true);
    });
  });
}
