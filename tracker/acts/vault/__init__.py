"""The vault's life: the ceremony that makes it, who holds a key, unlocking, opening, changing keys, and recovery."""
