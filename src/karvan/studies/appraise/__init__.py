"""Appraise: what a plan costs and brings, to whom."""
