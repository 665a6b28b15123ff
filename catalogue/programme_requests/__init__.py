"""What an administration asks the campus to design: its life (transitions), its words (emails, forms), who is invited (guests)."""
