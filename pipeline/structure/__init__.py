"""What a page says, now that it can be read: kinds of regions, paragraphs, the reading text."""
