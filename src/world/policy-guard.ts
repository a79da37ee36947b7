import {
  type Admission,
  type Guard,
  localReplyToGrpc,
  type Message,
  type MessageBook,
  TCP_RESET,
} from '../dataplane/index.js';
import {
  type AuthorizationVerdict,
  asReceived,
  authorize,
  type Condition,
  claimsOf,
  type RequestFacts,
  type TokenVerdict,
  verifyToken,
  type WorkloadPolicies,
} from '../mesh/index.js';
import { clientAddressOf } from './messages.js';

/** Where requests come in, and from whom. */
export interface GuardedPort extends Pick<RequestFacts, 'port' | 'peer' | 'serverName'> {
  /** The port's filters are HTTP's: a request is judged as one, not as a connection. */
  readonly isHttp: boolean;
  /** A gateway: the connection is the client's own. */
  readonly isEdge: boolean;
  /** TLS of the caller's own comes as far as here, and its server name can be read. */
  readonly readsServerName: boolean;
}

/** The policies of a workload at one of its ports, towards one caller. Each message is judged once. */
export class PolicyGuard implements Guard {
  readonly #policies: WorkloadPolicies;
  readonly #messages: MessageBook;
  readonly #guessed: Set<Condition>;
  readonly #at: GuardedPort;
  readonly #judged = new Map<Message, Admission>();

  /** Conditions that had to be guessed are added to `guessed`. */
  constructor(policies: WorkloadPolicies, messages: MessageBook, guessed: Set<Condition>, at: GuardedPort) {
    this.#policies = policies;
    this.#messages = messages;
    this.#guessed = guessed;
    this.#at = at;
  }

  judge(message: Message): Admission {
    let admission = this.#judged.get(message);
    if (admission === undefined) {
      admission = this.#decide(message);
      this.#judged.set(message, admission);
    }
    return admission;
  }

  #decide(message: Message): Admission {
    const facts = this.#facts(message);
    const token: TokenVerdict = facts.http === null ? { kind: 'none' } : verifyToken(this.#policies.tokens, facts.http);
    if (token.kind === 'refused') return refused(message, token.status, 'its token is refused');
    const verdict = authorize(this.#policies, facts, token);
    for (const condition of verdict.guessed) this.#guessed.add(condition);
    if (verdict.allowed) {
      const claims = token.kind === 'valid' ? claimsOf(token) : null;
      return { kind: 'passes', message: this.#afterToken(message, token), claims };
    }
    const reason = reasonOf(verdict);
    return facts.http === null && message.protocol !== 'tcp'
      ? { kind: 'closed', reason }
      : refused(message, 403, reason);
  }

  #facts(message: Message): RequestFacts {
    const { port, peer, serverName, isHttp, isEdge, readsServerName } = this.#at;
    const { method, host, headers, token, peerAddress } = message;
    const { path } = asReceived(message);
    return {
      port,
      peer,
      serverName: readsServerName && message.secure ? message.authority : serverName,
      peerAddress,
      clientAddress: isEdge ? peerAddress : clientAddressOf(message),
      http: isHttp && message.protocol !== 'tcp' ? { method, path, host, headers, token } : null,
    };
  }

  /** A token that was verified goes no further unless the rule forwards it; its claims may go on as headers. */
  #afterToken(message: Message, verdict: TokenVerdict): Message {
    if (verdict.kind !== 'valid') return message;
    const { rule, token } = verdict;
    const headers: Record<string, string> = { ...message.headers };
    for (const { header, claim } of rule.claimHeaders) {
      const value = claim === 'iss' ? token.issuer : token.claims[claim];
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
        headers[header] = String(value);
      } else delete headers[header];
    }
    return this.#messages.intern({ ...message, headers, token: rule.forwardsToken ? token : null });
  }
}

function refused({ protocol }: Message, status: 401 | 403, reason: string): Admission {
  if (protocol === 'tcp') return { kind: 'refused', status: TCP_RESET, reason };
  return { kind: 'refused', status: protocol === 'grpc' ? localReplyToGrpc(status) : status, reason };
}

function reasonOf({ by }: AuthorizationVerdict): string {
  if (by === null) return 'no ALLOW policy takes it';
  const { resource, file, line } = by.origin;
  return `the AuthorizationPolicy ${resource.namespace}/${resource.name} (${file}:${line}) denies it`;
}
