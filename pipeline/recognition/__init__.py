"""Line images to text: networks, decoding, language model, confidences."""
