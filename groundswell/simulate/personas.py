"""Who the people are: what they do for a living, what they want, how they learn."""

from dataclasses import dataclass

from groundswell.simulate.dice import Urn


@dataclass(frozen=True)
class Persona:
    name: str
    roles: tuple[str, ...]
    use_cases: tuple[str, ...]


DESIGNER = Persona(
    "designer",
    ("Product Designer", "UX Designer", "UX Researcher", "Design Lead"),
    ("user_research", "brainstorming", "diagrams"),
)
PRODUCT_MANAGER = Persona(
    "product_manager",
    ("Product Manager", "Product Owner", "Head of Product"),
    ("sprint_planning", "brainstorming", "roadmaps"),
)
ENGINEER = Persona(
    "engineer", ("Software Engineer", "Engineering Manager", "Architect"), ("diagrams", "sprint_planning")
)
FACILITATOR = Persona("facilitator", ("Agile Coach", "Consultant", "Trainer", "Teacher"), ("workshops", "teaching"))
MARKETER = Persona("marketer", ("Marketing Manager", "Content Lead", "Founder"), ("brainstorming", "campaigns"))

PERSONAS = Urn([(DESIGNER, 0.26), (PRODUCT_MANAGER, 0.24), (ENGINEER, 0.16), (FACILITATOR, 0.18), (MARKETER, 0.16)])
LEARNING_STYLES = Urn([("read", 0.3), ("watch", 0.3), ("do", 0.4)])
INTEGRATOR_ROLE = "Solution Consultant"  # of people who serve other companies
