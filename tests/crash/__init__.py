"""Never lost, never twice, proved: real processes of Okra, killed and frozen, and the books balanced afterwards."""
