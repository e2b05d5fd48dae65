// SPDX-License-Identifier: Apache-2.0
/**
 * What simulated network cards share, whatever kind they are: the wires between them, and what can go wrong with a card.
 *
 * <p>The model of a card is a {@link org.deviceaccess.backend.sim.network.Station}. Its provider is a
 * {@link org.deviceaccess.backend.sim.network.WiredModelProvider}, so that its cards share the wires of those of all
 * others, and makes its options and its {@link org.deviceaccess.backend.sim.network.Outlet} with
 * {@link org.deviceaccess.backend.sim.network.CardOptions}.
 */
package org.deviceaccess.backend.sim.network;
