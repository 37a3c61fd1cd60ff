import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { CallToolResultSchema, type Progress } from '@modelcontextprotocol/sdk/types.js';
import { NODE } from './commands.ts';
import type { Device } from './device.ts';

type CallOptions = Readonly<{ signal?: AbortSignal; timeout?: number; onProgress?: (progress: Progress) => void }>;

/** Answer of a tool: its text, and whether it is an error. */
export type ToolText = Readonly<{ text: string; isError: boolean }>;

/** A program that has started `clawreach mcp` and uses its tools, by the protocol's own client. */
export class ToolClient {
  readonly client: Client;
  readonly #transport: StdioClientTransport;
  #stderr = '';

  private constructor(client: Client, transport: StdioClientTransport) {
    this.client = client;
    this.#transport = transport;
    transport.stderr?.on('data', (chunk: Buffer) => (this.#stderr += chunk.toString('utf8')));
  }

  /** @param words what follows `clawreach mcp` */
  static async start(
    device: Device,
    environment: Readonly<Record<string, string>>,
    ...words: readonly string[]
  ): Promise<ToolClient> {
    const transport = new StdioClientTransport({
      command: NODE,
      args: [...device.words('mcp', ...words)],
      env: { ...environment },
      stderr: 'pipe',
    });
    const one = new ToolClient(new Client({ name: 'test', version: '1' }), transport);
    await one.client.connect(transport);
    return one;
  }

  get pid(): number {
    return this.#transport.pid ?? 0;
  }

  /** What the server has said to the one who has started its program. */
  get stderr(): string {
    return this.#stderr;
  }

  async call(name: string, input: Record<string, unknown> = {}, options: CallOptions = {}): Promise<ToolText> {
    const { signal, timeout = 60_000, onProgress } = options;
    const result = await this.client.callTool({ name, arguments: input }, CallToolResultSchema, {
      timeout,
      ...(signal === undefined ? {} : { signal }),
      ...(onProgress === undefined ? {} : { onprogress: onProgress, resetTimeoutOnProgress: true }),
    });
    const { content, isError = false } = CallToolResultSchema.parse(result);
    return { text: content.map((part) => (part.type === 'text' ? part.text : '')).join('\n'), isError };
  }

  async close(): Promise<void> {
    await this.client.close();
  }
}
