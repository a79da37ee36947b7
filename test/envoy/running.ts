import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Answer, envoyBinary, fetched, startEnvoy } from '../support/envoy.js';
import { folderOf, say } from '../support/outside.js';

/** Where the exported proxies of some manifests run. Blocks of loopback addresses: see `AddressPlan`. */
export class RunningMesh {
  readonly #folder: string;
  readonly #exports = folderOf({});
  /** Other meshes on this machine, of other tests, stand elsewhere. */
  readonly #shift = 10 + (process.pid % 50);

  constructor(manifests: string) {
    this.#folder = folderOf({ 'all.yaml': manifests });
  }

  /** Starts the proxy of a workload's only pod; returns what it was told on stderr. */
  async start(proxy: string, ...flags: readonly string[]): Promise<string> {
    const args = ['export', 'envoy', '.', '--proxy', proxy, '--format', 'json', ...flags];
    const { exit, stdout, stderr } = await say(this.#folder, args);
    if (exit !== 0) throw new Error(stderr);
    const config = stdout.replace(
      /"127\.(\d+)\.(\d+)\.(\d+)"/g,
      (_, block, high, low) => `"${this.#at(block, high, low)}"`,
    );
    const path = join(this.#exports, `${proxy}.json`);
    writeFileSync(path, config);
    const { address, port_value: port } = JSON.parse(config).admin.address.socket_address;
    await startEnvoy(envoyBinary()!, path, { address, port });
    return stderr;
  }

  /** An application that says who it is, and what it was sent. */
  async application(site: number, name: string): Promise<IncomingHttpHeaders[]> {
    const seen: IncomingHttpHeaders[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers);
      response.end(name);
    });
    await new Promise<void>((resolve) => {
      server.listen(80, this.#at(0, 1, site), () => resolve());
    });
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    return seen;
  }

  /** What the proxy of a site does with its application's call. */
  call(site: number, host: string, path = '/', headers: Record<string, string> = {}): Promise<Answer> {
    return fetched(this.#at(128, 1, site), 80, path, { host, ...headers });
  }

  /** What the proxy of a site does with plaintext that comes in. */
  intrude(site: number, path = '/'): Promise<Answer> {
    return fetched(this.#at(64, 1, site), 80, path);
  }

  /** What a gateway does with a client that speaks TLS, and shows the certificate of `client` if that is given. */
  enter(site: number, port: number, host: string, client: string | null = null): Promise<Answer> {
    const read = (file: string) => readFileSync(join(this.#folder, 'certificates', file));
    const own = client === null ? {} : { cert: read(`${client}.pem`), key: read(`${client}-key.pem`) };
    const secure = { ca: read('ca.pem'), servername: host, ...own };
    return fetched(this.#at(0, 1, site), port, '/', { host }, secure);
  }

  #at(block: number | string, high: number | string, low: number | string): string {
    return `127.${Number(block) + this.#shift}.${high}.${low}`;
  }
}
