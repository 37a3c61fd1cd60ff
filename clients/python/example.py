import sys
from clawreach import AgentLink

link = AgentLink(config_path=sys.argv[1])

@link.on_message
def answer(from_agent, message):
    return f"{from_agent} wrote {len(message.body)} characters"

link.run()
