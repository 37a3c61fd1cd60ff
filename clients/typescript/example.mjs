import { AgentLink } from 'clawreach-messages';

const link = new AgentLink({ configPath: process.argv[2] });

link.onMessage(async (fromAgent, message) => {
  await link.reply(message, `${fromAgent} wrote ${message.body.length} characters`);
});

process.on('SIGINT', () => void link.close());
