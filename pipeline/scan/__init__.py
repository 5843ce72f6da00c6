"""Opening what archives hold: PDF, TIFF, JPEG 2000, images, folders."""
