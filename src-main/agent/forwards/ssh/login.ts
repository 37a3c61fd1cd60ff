import type { AnyAuthMethod, AuthenticationType, AuthHandlerMiddleware, BaseAgent } from 'ssh2';
import type { SshServer } from '#shared/app-api/index.ts';
import { SshError } from './errors.ts';
import { findAgent, useAgent, useKey } from './key-agents.ts';
import type { SshLibrary } from './library.ts';
import { readPrivateKey, type PrivateKey } from './private-key.ts';

/** Home directory and environment of the agent's user: for key files below `~` and for the key agent's address. */
export type LoginMachine = Readonly<{ home: string; environment: Readonly<Record<string, string | undefined>> }>;

/** One proof of identity, and the name of the authentication method under which a server accepts it. */
type Proof = Readonly<{ offered: AuthenticationType; method: AnyAuthMethod }>;

/** Most rounds of prompts that are answered with the password in one login. */
const MOST_QUESTIONS = 3;

/**
 * Login at an SSH server as one user. Reads key files and asks the key agent before the server is dialed, so that a missing key is reported without a
 * connection.
 */
export class Login {
  readonly #server: SshServer;
  readonly #secret: string | null;
  readonly #machine: LoginMachine;
  /** Key from the key file; decrypted once, since that takes time. */
  #key: Promise<PrivateKey> | undefined;

  /** @param secret password, or passphrase of the key file; null if none is saved */
  constructor(server: SshServer, secret: string | null, machine: LoginMachine) {
    this.#server = server;
    this.#secret = secret;
    this.#machine = machine;
  }

  /**
   * Gathers the proofs for one login: reads the key file, or lists the keys of the agent.
   * @throws {SshError} `ssh.password-missing`, `ssh.key-file-*`, `ssh.agent-*`
   */
  async prepare(library: SshLibrary): Promise<LoginAttempt> {
    return new LoginAttempt(this.#server.user, await this.#proofs(library));
  }

  async #proofs(library: SshLibrary): Promise<readonly Proof[]> {
    const { user, login } = this.#server;
    switch (login.method) {
      case 'agent':
        return [byKey(user, await useAgent(library, await findAgent(this.#machine.environment)))];
      case 'key':
        return [byKey(user, useKey(library, await this.#readKey(login.file)))];
      case 'password': {
        const password = this.#secret;
        if (password === null) throw new SshError('ssh.password-missing', 'no password is saved for this server');
        return [
          { offered: 'password', method: { type: 'password', username: user, password } },
          { offered: 'keyboard-interactive', method: byQuestions(user, password) },
        ];
      }
    }
  }

  async #readKey(file: string): Promise<PrivateKey> {
    this.#key ??= readPrivateKey(file, this.#machine.home, this.#secret);
    try {
      return await this.#key;
    } catch (error) {
      this.#key = undefined;
      throw error;
    }
  }
}

/** State of one login at a server: asks which methods the server accepts, and offers each prepared proof once. */
export class LoginAttempt {
  readonly #user: string;
  readonly #left: Proof[];
  #hasStarted = false;
  #offered: readonly string[] = [];

  constructor(user: string, proofs: readonly Proof[]) {
    this.#user = user;
    this.#left = [...proofs];
  }

  /** Authentication methods that the server listed last. */
  get offered(): readonly string[] {
    return this.#offered;
  }

  /** Callback of `ssh2` that chooses the next authentication method. */
  readonly next: AuthHandlerMiddleware = (methods: readonly AuthenticationType[] | null, _, answer) => {
    if (!this.#hasStarted) {
      this.#hasStarted = true;
      answer({ type: 'none', username: this.#user });
      return;
    }
    this.#offered = methods ?? [];
    const at = this.#left.findIndex(({ offered }) => this.#offered.includes(offered));
    const [proof] = at < 0 ? [] : this.#left.splice(at, 1);
    // `false`: nothing is left; the types do not know of it.
    (answer as (method: AnyAuthMethod | false) => void)(proof?.method ?? false);
  };
}

function byKey(username: string, agent: BaseAgent): Proof {
  return { offered: 'publickey', method: { type: 'agent', username, agent } };
}

/** Answers prompts with hidden input with the password, and every other prompt with an empty text. */
function byQuestions(username: string, password: string): AnyAuthMethod {
  let questions = 0;
  return {
    type: 'keyboard-interactive',
    username,
    prompt: (_name, _instructions, _language, prompts, finish) => {
      questions += 1;
      finish(prompts.map(({ echo }) => (echo === true || questions > MOST_QUESTIONS ? '' : password)));
    },
  };
}
