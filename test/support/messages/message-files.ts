import { join } from 'node:path';
import type { MessageFiles } from '#agent/messages/index.ts';
import { DiskJournalFile, WebhookSecretFiles } from '#node/files/index.ts';
import { MemoryDocumentFile } from '#test/support/memory-files.ts';

/** Files of the messages of one device, in a folder that outlives its agent. */
export function messageFiles(folder: string, agents = new MemoryDocumentFile()): MessageFiles {
  return {
    agents,
    instances: new MemoryDocumentFile(),
    outbox: new DiskJournalFile(join(folder, 'outbox.journal')),
    inbox: new DiskJournalFile(join(folder, 'inbox.journal')),
    webhooks: new WebhookSecretFiles(join(folder, 'agents')),
  };
}
