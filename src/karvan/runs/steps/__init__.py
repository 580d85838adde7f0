"""What a study is made of: its file, its steps kept on disk, its progress, its folder of results."""
