import { expect, it } from 'vitest';
import { HandleWriter } from '#browser/files/writers.ts';

/** Handle of a file whose contents the browser refuses at the end, as for one that it finds dangerous. */
function refusingHandle(): FileSystemFileHandle {
  const stream = { write: async () => undefined, close: () => Promise.reject(new DOMException('no', 'AbortError')) };
  return { createWritable: async () => stream } as unknown as FileSystemFileHandle;
}

it('a file that the browser refuses at the end is not there, however often it is asked for', async () => {
  const writer = await HandleWriter.open(refusingHandle());
  await writer.write(new Uint8Array(3), 0);
  await expect(writer.finish()).rejects.toMatchObject({ code: expect.stringMatching(/^file\./) });
  await expect(writer.finish()).rejects.toMatchObject({ code: expect.stringMatching(/^file\./) });
});
