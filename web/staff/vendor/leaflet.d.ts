export { map, tileLayer, polyline, circleMarker, marker, divIcon, layerGroup, latLngBounds, control, canvas, DomUtil } from "leaflet";
export type { Map, LayerGroup, Layer, LatLngBounds } from "leaflet";
