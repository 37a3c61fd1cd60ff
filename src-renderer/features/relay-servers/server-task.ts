import {
  RELAY_SERVER_STEPS,
  type AppApiClient,
  type CallInput,
  type CallOutput,
  type RelayServerAnswer,
  type RelayServerInput,
  type RelayServerPlan,
  type RelayServerProgress,
  type RelayServerQuestion,
  type RelayServerStep,
} from '#shared/app-api/index.ts';

type Input = CallInput<'relayServers.run'>;
export type TaskKind = Input['task'];
export type TaskOutput = CallOutput<'relayServers.run'>;
export type StepReport = Extract<RelayServerProgress, { kind: 'step' }>;

/** Task at a server: what was asked for, and all that the agent has reported. */
export type TaskState = Readonly<{
  input: Input;
  /** Reported steps, in the order of their beginning. */
  steps: readonly StepReport[];
  /** Open question to the person. */
  question: Readonly<{ id: string; question: RelayServerQuestion }> | undefined;
  /** Announced actions; undefined before the agent has looked at the server. */
  plan: RelayServerPlan | undefined;
  /** True after the person has agreed to the plan: from here on, something may have changed at the server. */
  agreed: boolean;
  /** True after the person has cancelled. */
  cancelling: boolean;
  /** Names of what could not be undone; undefined if nothing was undone. */
  remains: readonly string[] | undefined;
  /** Answer or error of the task; undefined while it runs. */
  end: Readonly<{ output: TaskOutput }> | Readonly<{ error: unknown }> | undefined;
}>;

/**
 * Task at a server that the window runs (`relayServers.run`): one at a time, as in the agent. It goes on while no component shows it. Keeps no
 * secret: answers go to the agent and are forgotten.
 */
export class ServerTask {
  #api: Pick<AppApiClient, 'call'>;
  readonly #listeners = new Set<() => void>();
  #state: TaskState | undefined;
  #viewers = 0;
  #lastServer: RelayServerInput | undefined;

  constructor(api: Pick<AppApiClient, 'call'>) {
    this.#api = api;
  }

  /** Task that runs or has ended; undefined before one was started, and after `clear`. */
  get state(): TaskState | undefined {
    return this.#state;
  }

  /** Server of the last attempt to set up a relay, for the form; undefined before one. */
  get lastServer(): RelayServerInput | undefined {
    return this.#lastServer;
  }

  /** Uses a new connection to the agent. A task over the previous one has failed. */
  connect(api: Pick<AppApiClient, 'call'>): void {
    this.#api = api;
  }

  /** Adds a listener that is called after `state` changed, and after a component began to show it. @returns a function that removes the listener */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Number of components that show the task. */
  get viewers(): number {
    return this.#viewers;
  }

  /**
   * Counts a component that shows the task.
   * @param left called when no component shows a running task any more
   * @returns a function that ends the view
   */
  view(left: (state: TaskState) => void): () => void {
    this.#viewers += 1;
    this.#tell();
    return () => {
      this.#viewers -= 1;
      // A component that takes the view over is mounted before this runs.
      queueMicrotask(() => {
        if (this.#viewers > 0 || this.#state === undefined) return;
        if (this.#state.end !== undefined) this.clear();
        else left(this.#state);
      });
    };
  }

  /** Runs a task, unless one runs. Resolves with the state at its end; undefined if none was started. */
  async run(input: Input): Promise<TaskState | undefined> {
    if (this.#state !== undefined && this.#state.end === undefined) return undefined;
    if (input.task === 'deploy') this.#lastServer = input.server;
    this.#set({
      input,
      steps: [],
      question: undefined,
      plan: undefined,
      agreed: false,
      cancelling: false,
      remains: undefined,
      end: undefined,
    });
    try {
      const output = await this.#api.call('relayServers.run', input, { onProgress: (value) => this.#report(value) });
      if (input.task === 'deploy' && output.outcome !== 'declined') this.#lastServer = undefined;
      return this.#change({ question: undefined, end: { output } });
    } catch (error) {
      return this.#change({ question: undefined, end: { error } });
    }
  }

  /** Answers the open question. */
  async answer(answer: RelayServerAnswer): Promise<void> {
    const { question, agreed = false } = this.#state ?? {};
    if (question === undefined) return;
    const agrees = question.question.kind === 'plan' && answer.kind === 'decision' && answer.yes;
    this.#change({ question: undefined, agreed: agreed || agrees });
    await this.#api.call('relayServers.answer', { id: question.id, answer });
  }

  /** Cancels the task. It ends when everything was undone. */
  async cancel(): Promise<void> {
    if (this.#state === undefined || this.#state.end !== undefined) return;
    this.#change({ cancelling: true, question: undefined });
    await this.#api.call('relayServers.cancel', {});
  }

  /** Forgets a task that has ended. */
  clear(): void {
    if (this.#state?.end !== undefined) this.#set(undefined);
  }

  #report(progress: RelayServerProgress): void {
    if (this.#state === undefined) return;
    switch (progress.kind) {
      case 'question':
        this.#change({ question: { id: progress.id, question: progress.question } });
        return;
      case 'plan':
        this.#change({ plan: progress.plan });
        return;
      case 'undone':
        this.#change({ remains: progress.remains });
        return;
      case 'step':
        this.#change({ steps: withStep(this.#state.steps, progress) });
    }
  }

  #change(part: Partial<TaskState>): TaskState | undefined {
    if (this.#state === undefined) return undefined;
    const next = { ...this.#state, ...part };
    this.#set(next);
    return next;
  }

  #set(state: TaskState | undefined): void {
    this.#state = state;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Puts a report in the place of the one about its step. */
function withStep(steps: readonly StepReport[], report: StepReport): readonly StepReport[] {
  const isKnown = steps.some(({ step }) => step === report.step);
  return isKnown ? steps.map((known) => (known.step === report.step ? report : known)) : [...steps, report];
}

/** Steps of an installation, in their order; those that the plan needs are shown from the beginning. */
const INSTALLATION = RELAY_SERVER_STEPS.filter((step) => step !== 'remove' && step !== 'undo');

/** Lists the steps of a task: the reported ones, and those that its plan still needs. Pure. */
export function stepsOf({ input, plan, steps }: TaskState): readonly RelayServerStep[] {
  const kinds = new Set(plan?.actions.map(({ kind }) => kind));
  const planned: readonly RelayServerStep[] =
    input.task === 'remove'
      ? ['connect', 'survey', 'remove']
      : input.task === 'status' || plan === undefined
        ? ['connect', 'survey']
        : INSTALLATION.filter((step) => {
            if (['copy', 'verify', 'install', 'service', 'start'].includes(step)) return kinds.has('copy-package');
            if (step === 'firewall') return kinds.has('open-port');
            return step !== 'adopt' || kinds.has('use-relay');
          });
  const reported = steps.map(({ step }) => step).filter((step) => step !== 'firewall' || kinds.has('open-port'));
  return [...planned, ...reported.filter((step) => !planned.includes(step))];
}
