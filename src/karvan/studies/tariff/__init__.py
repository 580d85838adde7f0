"""Tariff: what prices would be set apart, and together; how what is gained can be divided, and who would leave."""
