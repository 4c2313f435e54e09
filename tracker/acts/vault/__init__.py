"""The vault's life: the ceremony that makes it, unlocking, sealing reports and opening them."""
