import { AgentLink } from 'clawreach-messages';

const link = new AgentLink({ configPath: process.argv[2] });

link.onMessage((fromAgent, message) => `${fromAgent} wrote ${message.body.length} characters`);

process.on('SIGINT', () => void link.close());
